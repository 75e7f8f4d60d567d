/**
 * Another program's SQLite file, read and never trusted: its pages may be damaged, its values of any type, its
 * schema strange. Every answer is plain rows and whether the file broke off; no exception of the driver gets out.
 *
 * Only ever opened on a private copy: opening a file in WAL mode writes beside it, even for reading.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import Driver from 'better-sqlite3-multiple-ciphers';

/** `id` is the rowid. Values are of any type: SQLite doesn't hold a column to its own. */
export type ForeignRow = Readonly<Record<string, unknown>> & { readonly id: number };

/** Both ends are in it. */
export interface RowRange {
  readonly first: bigint;
  readonly last: bigint;
  readonly order: 'asc' | 'desc';
}

export interface Scan {
  /** Each once, in the order of the file's tree, up to the place where it broke off. */
  readonly rows: readonly ForeignRow[];
  readonly damaged: boolean;
}

export interface ForeignFile {
  /** The names of plain tables; views and virtual tables, which can compute for ever, are not among them. */
  readonly tables: ReadonlySet<string>;
  /** A part of the schema could not be read. */
  readonly schemaDamaged: boolean;
  /** `select rowid as id, … from table`, without an end. `undefined` where the file lacks the table or one of the columns. */
  readonly scan: (select: string, range: RowRange) => Scan | undefined;
  /** SQLite's own check of how the table and its indexes are built; not of the values, which are checked elsewhere. */
  readonly isIntact: (table: string) => boolean;
  readonly close: () => void;
}

/** `NotSqlite` for a file of another kind or one that is encrypted; `Damaged` where not even the schema can be read. */
export const openForeignFile = (path: string): Result<ForeignFile, 'NotSqlite' | 'Damaged'> => {
  let driver: Driver.Database | undefined;
  try {
    driver = new Driver(path, { fileMustExist: true });
    driver.pragma('trusted_schema = off');
    driver.pragma('cell_size_check = on');
    const intact = readTables(driver);
    if (intact !== undefined) return ok(foreignFile(driver, intact, false));
    // One damaged line of the schema would close the whole file. This way SQLite passes over what it can't parse.
    driver.unsafeMode(true);
    driver.pragma('writable_schema = on');
    const rest = readTables(driver);
    if (rest !== undefined && rest.size > 0) return ok(foreignFile(driver, rest, true));
    driver.close();
    return err('Damaged');
  } catch (error) {
    driver?.close();
    return err(damageIn(error) === 'SQLITE_NOTADB' ? 'NotSqlite' : 'Damaged');
  }
};

const readTables = (driver: Driver.Database): ReadonlySet<string> | undefined => {
  try {
    const names = driver.prepare(`select name from sqlite_schema where type = 'table' and rootpage > 0`);
    return new Set(names.pluck().all().map(String));
  } catch (error) {
    if (damageIn(error) === 'SQLITE_NOTADB') throw error;
    return undefined;
  }
};

const foreignFile = (
  driver: Driver.Database,
  tables: ReadonlySet<string>,
  schemaDamaged: boolean,
): ForeignFile => {
  // Salvage asks the same again and again, with other ends.
  const prepared = new Map<string, Driver.Statement<[bigint, bigint], ForeignRow>>();
  return {
    tables,
    schemaDamaged,
    scan: (select, { first, last, order }) => {
      const text = `${select} where rowid between ? and ? order by rowid ${order}`;
      try {
        const statement = prepared.get(text) ?? driver.prepare<[bigint, bigint], ForeignRow>(text);
        prepared.set(text, statement);
        return iterate(statement.iterate(first, last));
      } catch (error) {
        return damageIn(error) === 'SQLITE_ERROR' ? undefined : { rows: [], damaged: true };
      }
    },
    isIntact: (table) => isIntact(driver, table),
    close: () => {
      driver.close();
    },
  };
};

const iterate = (found: Iterable<ForeignRow>): Scan => {
  const rowById = new Map<number, ForeignRow>();
  try {
    for (const row of found) {
      // A damaged tree can lead round in a circle, for longer than anybody waits. An id seen twice gives it away.
      if (rowById.has(row.id)) return { rows: [...rowById.values()], damaged: true };
      rowById.set(row.id, row);
    }
    return { rows: [...rowById.values()], damaged: false };
  } catch (error) {
    damageIn(error);
    return { rows: [...rowById.values()], damaged: true };
  }
};

/** How many of the check's lines are looked at before the table is taken for damaged. */
const CHECK_LINES_MAX = 1_000;

const isIntact = (driver: Driver.Database, table: string): boolean => {
  try {
    const check = driver.prepare('select quick_check from pragma_quick_check(?) limit ?').pluck();
    const lines = check.all(table, CHECK_LINES_MAX).map(String);
    return (
      lines.length < CHECK_LINES_MAX &&
      lines.every((line) => /^(?:ok$|NULL value in |CHECK constraint)/.test(line))
    );
  } catch (error) {
    damageIn(error);
    return false;
  }
};

/** The driver's code; an exception of another origin is a fault of ours and goes on. */
const damageIn = (error: unknown): string => {
  if (error instanceof Driver.SqliteError) return error.code;
  throw error;
};
