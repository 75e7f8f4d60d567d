/** The version after this one, as far as the database is concerned: a copy of the service with one migration more. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../testing.ts';
import { countMigrations } from './migrate.ts';

/** What a migration may do: it adds. */
export const NEXT_MIGRATION = `
  alter table account add column next_note text;
  alter table record add column next_flag boolean not null default false;
  alter table api_key add column next_count integer not null default 0;
  create index next_by_day on device (account_id, last_seen_on);
  create table next_thing (account_id uuid not null references account on delete cascade, primary key (account_id));
`;

const ROOM = fileURLToPath(new URL('../../', import.meta.url));

/** Answers the path of its command. */
export const makeNextVersion = (): string => {
  const root = temporaryFolder();
  const room = join(root, 'apps', 'sync-service');
  mkdirSync(room, { recursive: true });
  for (const part of ['bin', 'src', 'package.json'])
    cpSync(join(ROOM, part), join(room, part), { recursive: true });
  symlinkSync(join(ROOM, '..', '..', 'node_modules'), join(root, 'node_modules'));
  const number = String(countMigrations() + 1).padStart(4, '0');
  writeFileSync(join(room, 'src', 'database', 'migrations', `${number}-next.sql`), NEXT_MIGRATION);
  return join(room, 'bin', 'mhb-sync.js');
};
