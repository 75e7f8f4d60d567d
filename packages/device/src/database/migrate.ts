/**
 * Brings a database to the newest shape: numbered SQL files, forward only, each in one transaction with the line
 * that says it ran. A file that ran must never change, which its check sum holds: where it does not fit, the line was
 * damaged.
 */
import { assert, err, ok, type Result } from '@mhb/core-domain';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseFailure } from './failures.ts';
import { sql, type Database } from './sql.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
}

/** A later version of the app has written this file; an earlier one must not touch it. */
export interface NewerDatabase {
  readonly type: 'NewerDatabase';
  readonly found: number;
  readonly known: number;
}

type FileDamaged = Extract<DatabaseFailure, { readonly type: 'FileDamaged' }>;

export const migrate = (
  database: Database,
  migrations: readonly Migration[] = deviceMigrations(),
): Result<void, NewerDatabase | FileDamaged> =>
  database.transaction((tx): Result<void, NewerDatabase | FileDamaged> => {
    tx.run(sql`
      create table if not exists migration (
        number integer primary key,
        name text not null,
        check_sum text not null
      ) strict
    `);
    const ran = tx.all<{ number: number; check_sum: string }>(sql`select number, check_sum from migration`);
    const found = Math.max(0, ...ran.map(({ number }) => number));
    if (found > migrations.length) return err({ type: 'NewerDatabase', found, known: migrations.length });

    for (const { number, name, text } of migrations) {
      const before = ran.find((migration) => migration.number === number);
      if (before !== undefined && before.check_sum !== checkSum(text)) return err({ type: 'FileDamaged' });
      if (before !== undefined) continue;
      for (const statement of statements(text)) tx.run({ text: statement, values: [] });
      tx.run(
        sql`insert into migration (number, name, check_sum) values (${number}, ${name}, ${checkSum(text)})`,
      );
    }
    return ok(undefined);
  });

/** The migrations of the device's own database, in order. */
export const deviceMigrations = (): readonly Migration[] => {
  const folder = new URL('./migrations/', import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name, index) => {
      assert(Number.parseInt(name, 10) === index + 1, `migration ${name} follows the one before it`);
      return { number: index + 1, name, text: readFileSync(new URL(name, folder), 'utf8') };
    });
};

const checkSum = (text: string): string => createHash('sha256').update(text).digest('hex');

// Our own files hold no semicolon inside a text or a trigger.
const statements = (text: string): readonly string[] =>
  text
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replaceAll(/^--.*$/gm, '').trim() !== '');
