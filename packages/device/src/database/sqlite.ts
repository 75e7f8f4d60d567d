/**
 * SQLite behind the port. WAL with `synchronous = FULL`, so that what has been answered survives a power cut
 * (rule O6); settings are read back, because a pragma that fails says nothing.
 */
import { assert, Instant, TimeZone, wallTimeOf } from '@mhb/core-domain';
import Driver from 'better-sqlite3-multiple-ciphers';
import { closeSync, openSync } from 'node:fs';
import { databaseFailure } from './failures.ts';
import { closeForGood, copyWithKey, renameWhole, useKey } from './keyed-copy.ts';
import type { Database, Reader, Sql, Transaction } from './sql.ts';

const BUSY_TIMEOUT_MS = 5_000;

/** Earlier ones can lose a WAL that is being reset. */
const SQLITE_VERSION_MIN = [3, 51, 3] as const;

/**
 * Opens or makes the file, readable by its owner alone. `':memory:'` for one that leaves nothing behind. With a key of
 * 32 bytes the file, its log and what is copied from it are encrypted.
 */
export const openSqlite = (path: string, key?: Uint8Array): Database => database(path, { key });

/** A database in memory that can be put aside as bytes and opened again as it was. */
export interface MemoryDatabase extends Database {
  readonly image: () => Buffer;
}

/** An empty one, or one that is as it was when its image was made. */
export const openSqliteImage = (image?: Buffer): MemoryDatabase => database(':memory:', { image });

interface Start {
  readonly key?: Uint8Array | undefined;
  readonly image?: Buffer | undefined;
}

const openDriver = (path: string, { key, image }: Start): Driver.Database => {
  // Made here, so that the file never exists with a wider mode; SQLite gives its -wal and -shm the same one.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  const driver = new Driver(image ?? path, { timeout: BUSY_TIMEOUT_MS });
  try {
    useKey(driver, key);
    configure(driver, path);
  } catch (error) {
    driver.close();
    throw error;
  }
  return driver;
};

const configure = (driver: Driver.Database, path: string): void => {
  const version = String(driver.prepare('select sqlite_version()').pluck().get());
  assert(isAtLeast(version, SQLITE_VERSION_MIN), 'SQLite is a version without the WAL-reset fault');
  if (path !== ':memory:') {
    assert(driver.pragma('journal_mode = wal', { simple: true }) === 'wal', 'the database is in WAL mode');
  }
  driver.pragma('synchronous = full');
  assert(driver.pragma('synchronous', { simple: true }) === 2, 'every commit reaches the disk');
  driver.pragma('foreign_keys = on');
  // A quarter of the driver's own, which spares memory and measured no slower.
  driver.pragma('cache_size = -4000');
  // What a person erases must not stay readable in the free parts of the file.
  driver.pragma('secure_delete = on');
  driver.pragma('trusted_schema = off');
  // Sorting a lot must not put on the disk, in the clear, what the file holds encrypted.
  driver.pragma('temp_store = memory');
  driver.function('wall_time', { deterministic: true }, (at, zone) =>
    wallTimeOf(Instant.parse(at), TimeZone.parse(zone)),
  );
};

const isAtLeast = (version: string, least: readonly number[]): boolean => {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of least.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
};

/**
 * After a disk has failed once, nobody knows what of the file it still holds: the system may take the next write for
 * good and keep none of it. So nothing more is written until the file is opened anew, and what is there is shown.
 */
const untilFault = (): (<Value>(write: () => Value) => Value) => {
  let fault: Error | undefined;
  return (write) => {
    if (fault !== undefined) throw fault;
    try {
      return write();
    } catch (error) {
      if (error instanceof Error && databaseFailure(error)?.type === 'DiskFailed') fault = error;
      throw error;
    }
  };
};

const database = (path: string, start: Start): MemoryDatabase => {
  let { key } = start;
  let driver = openDriver(path, start);
  const prepared = new Map<string, Driver.Statement>();
  const prepare = ({ text }: Sql): Driver.Statement => {
    const known = prepared.get(text);
    if (known !== undefined) return known;
    const statement = driver.prepare(text);
    prepared.set(text, statement);
    return statement;
  };

  // The row type is the caller's claim about its own SQL; repositories parse what must be right.
  const reader: Reader = {
    all: <Row>(statement: Sql) => prepare(statement).all(...statement.values) as readonly Row[],
    get: <Row>(statement: Sql) => prepare(statement).get(...statement.values) as Row | undefined,
  };
  const tx: Transaction = {
    ...reader,
    run: (statement) => prepare(statement).run(...statement.values).changes,
  };

  const writing = untilFault();

  return {
    ...reader,
    transaction: (body) => writing(() => driver.transaction(() => body(tx)).immediate()),
    check: () => String(driver.pragma('quick_check(1)', { simple: true })),
    bytes: () =>
      Number(driver.pragma('page_count', { simple: true })) *
      Number(driver.pragma('page_size', { simple: true })),
    compact: () => {
      writing(() => {
        driver.exec('vacuum');
        driver.pragma('wal_checkpoint(truncate)');
      });
    },
    copyTo: (copy) => {
      driver.prepare('vacuum into ?').run(copy);
    },
    changeKey: (to) => {
      writing(() => {
        const part = `${path}.part`;
        copyWithKey({ driver, key }, { path: part, key: to });
        closeForGood(driver, path);
        prepared.clear();
        renameWhole(part, path);
        key = to;
        driver = openDriver(path, { key });
      });
    },
    image: () => driver.serialize(),
    close: () => {
      driver.close();
    },
  };
};
