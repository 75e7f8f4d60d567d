/**
 * Brings the database to the newest shape: numbered SQL files, forward only, each checked against what ran before.
 * An advisory lock lets one of several starting instances do it (rule D12).
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Database, Transaction } from './database.ts';

/**
 * How many migrations of later versions this one runs on, so that instances can be replaced one after the other, and the
 * new version taken back. A version brings one migration at most, and a migration only adds (rolling-upgrade.test.ts).
 */
export const NEWER_MIGRATIONS_MAX = 1;

/** Any number that no other program on this database uses. */
const LOCK = 7_205_759_403;

export const migrate = (database: Database): Promise<void> =>
  database.transaction('read committed', async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await tx.query(`
      create table if not exists migration (
        number integer primary key,
        name text not null,
        check_sum text not null
      )`);
    const ran = await tx.query<{ number: number; check_sum: string }>(
      'select number, check_sum from migration',
    );
    const found = Math.max(0, ...ran.map(({ number }) => number));
    const migrations = readMigrations();
    if (found > migrations.length + NEWER_MIGRATIONS_MAX) throw new NewerDatabase();

    for (const { number, name, text, checkSum } of migrations) {
      const before = ran.find((migration) => migration.number === number);
      assert.ok(
        before === undefined || before.check_sum === checkSum,
        `migration ${name} is as it was when it ran`,
      );
      if (before !== undefined) continue;
      await tx.query(text);
      await tx.query('insert into migration (number, name, check_sum) values ($1, $2, $3)', [
        number,
        name,
        checkSum,
      ]);
    }
  });

/** How many there are, which is the number of the newest shape. */
export const countMigrations = (): number => readMigrations().length;

/** Which shape the database has. */
export const readSchema = async (tx: Transaction): Promise<number> => {
  const [ran] = await tx.query<{ number: number }>(
    'select coalesce(max(number), 0) as number from migration',
  );
  return ran?.number ?? 0;
};

/** A version of the service that is too far ahead has been here. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase';
  override readonly message =
    'The database was last used by a newer version of this service. Update the service.';
}

const readMigrations = () => {
  const folder = new URL('./migrations/', import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name, index) => {
      assert.equal(Number.parseInt(name, 10), index + 1, `migration ${name} follows the one before it`);
      const text = readFileSync(new URL(name, folder), 'utf8');
      return { number: index + 1, name, text, checkSum: createHash('sha256').update(text).digest('hex') };
    });
};
