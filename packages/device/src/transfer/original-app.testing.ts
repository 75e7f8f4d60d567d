/**
 * Files of the original app for tests, with its real schema, and devices that import them. Every file has a folder
 * of its own, so that a test can see whether anything in it or beside it was touched.
 */
import Driver from 'better-sqlite3-multiple-ciphers';
import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TimeZone } from '@mhb/core-domain';
import type { Progress } from '../deps.ts';
import { type Device, openDevice } from '../device.ts';
import { inFile, secretsInMemory, temporaryFolder, withCheckedAnswers } from '../testing.ts';
import type { Imported } from './import-original.ts';
import type { OriginalTable, TableReport } from './original-app/report.ts';
import { freshRows, type Rows } from './original-rows.testing.ts';

/** A history of a year, as the original app wrote it. */
export const FIXTURE = join(import.meta.dirname, '../../../../fixtures/original-app.db');

/** A copy that a test may open and change. */
export function copyOfFixture(): string {
  const path = join(temporaryFolder(), 'mental_health_tracker.db');
  copyFileSync(FIXTURE, path);
  return path;
}

export interface OriginalFileOptions {
  /** Without NOT NULL, UNIQUE and CHECK, to hold what damage and other programs leave behind. */
  readonly loose?: boolean;
  /** Statements that are run before there is any table. */
  readonly first?: string;
  /** Statements that are run at the end. */
  readonly then?: string;
}

/** The path of a new file with the rows of a fresh installation and these. */
export const originalFile = (
  rows: Rows = {},
  { loose = false, first = '', then = '' }: OriginalFileOptions = {},
): string => {
  const path = join(temporaryFolder(), 'mental_health_tracker.db');
  const driver = openOriginal(path);
  driver.exec(first);
  for (const statement of originalSchema) {
    if (!loose) driver.exec(statement);
    else if (!statement.startsWith('CREATE UNIQUE INDEX')) driver.exec(loosened(statement));
  }
  insertRows(driver, { ...freshRows, ...rows });
  driver.exec(then);
  driver.close();
  return path;
};

/** Changes a file the way the original app would: rows are added, statements run. */
export const changeFile = (path: string, { rows = {}, then = '' }: { rows?: Rows; then?: string }): void => {
  const driver = openOriginal(path);
  insertRows(driver, rows);
  driver.exec(then);
  driver.close();
};

/** Open for writing, as the original app has it open. References and checks are not enforced. */
export const openOriginal = (path: string): Driver.Database => {
  const driver = new Driver(path);
  driver.pragma('foreign_keys = off');
  driver.pragma('ignore_check_constraints = on');
  // No test needs such a file after a power cut.
  driver.pragma('synchronous = off');
  return driver;
};

const insertRows = (driver: Driver.Database, rows: Rows): void => {
  driver.transaction(() => {
    for (const [table, cells] of Object.entries(rows)) {
      for (const row of cells) {
        const columns = Object.keys(row);
        driver
          .prepare(`insert into ${table} (${columns.join()}) values (${columns.map(() => '?').join()})`)
          .run(...Object.values(row));
      }
    }
  })();
};

const originalSchema = inFile(
  copyOfFixture(),
  `select sql from sqlite_schema where sql is not null and name not like 'sqlite_%'`,
).map((row) => String(row.sql));

const loosened = (statement: string): string =>
  statement.replaceAll(/(?<! IS) NOT NULL| UNIQUE(?= *[,)])|, UNIQUE\([^)]*\)/g, '');

export interface ImportDevice extends Device {
  readonly importFile: (file: string, timeZone?: string) => Promise<Imported>;
  /** The refusal of a file, whole. */
  readonly refuseFile: (file: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly run: (name: string, input?: unknown) => Promise<unknown>;
  /** Changes that wait to be sent. */
  readonly pending: () => Promise<number>;
  /** Where private copies are made. */
  readonly copies: string;
}

export interface ImportDeviceOptions {
  readonly databasePath?: string;
  readonly timeZone?: string;
  readonly onProgress?: (progress: Progress) => void;
}

export const openImportDevice = async (options: ImportDeviceOptions = {}): Promise<ImportDevice> => {
  const copies = join(temporaryFolder(), 'copies');
  mkdirSync(copies);
  const opened = await openDevice({
    databasePath: options.databasePath ?? ':memory:',
    clock: { nowMs: () => Date.parse('2026-01-15T12:00:00Z') },
    timeZone: () => TimeZone.parse(options.timeZone ?? 'Europe/Berlin'),
    randomBytes: (length) => randomBytes(length),
    connect: () => {
      throw new Error('an import calls no service');
    },
    temporaryFolder: copies,
    backupFolder: join(copies, 'backups'),
    openSecrets: () => Promise.resolve(secretsInMemory()),
    onProgress: options.onProgress ?? (() => undefined),
  });
  if (!opened.ok) throw new Error(`the device did not open: ${opened.error.type}`);
  const device = withCheckedAnswers(opened.value);
  const run = async (name: string, input: unknown = {}): Promise<unknown> => {
    const answer = await device.call(name, input);
    if ('error' in answer) throw new Error(`${name} was refused: ${JSON.stringify(answer.error)}`);
    return answer.value;
  };
  return {
    ...device,
    run,
    copies,
    // What the command answers is the type its function has.
    importFile: async (file, timeZone) =>
      (await run('import_original', {
        file,
        ...(timeZone === undefined ? {} : { time_zone: timeZone }),
      })) as Imported,
    refuseFile: async (file) => {
      const answer = await device.call('import_original', { file });
      if ('value' in answer) throw new Error('the file was not refused');
      return answer.error;
    },
    pending: async () => ((await run('get_sync_status')) as { readonly pending: number }).pending,
  };
};

/** What an empty device holds after this import, as the export has it, and the report. */
export const imported = async (
  file: string,
): Promise<{ readonly report: Imported; readonly records: Exported }> => {
  const device = await openImportDevice();
  const report = await device.importFile(file);
  const records = exported(device);
  device.close();
  return { report, records };
};

type ExportedRecord = Readonly<Record<string, unknown>> & { readonly id: string };
export type Exported = Readonly<Record<string, readonly ExportedRecord[]>>;

export const exported = (device: Pick<Device, 'exportJson'>): Exported =>
  (JSON.parse(device.exportJson()) as { readonly records: Exported }).records;

export const tableOf = ({ tables }: Imported, table: OriginalTable): TableReport =>
  tables.find((one) => one.table === table)!;

/** `{ table: [read, imported, used, skipped, unreadable] }` */
export const countsOf = ({ tables }: Pick<Imported, 'tables'>): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(
    tables.map(({ table, read, imported: kept, used, skipped, unreadable }) => [
      table,
      [read, kept, used, skipped, unreadable],
    ]),
  );

/** For files that differ in how many rows they have: their stamps say so, and nothing else does. */
export const withoutStamps = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, member: unknown) => (key === 'stamps' ? undefined : member));

/** Everything in a folder that a program could have changed. */
export const stateOfFolder = (folder: string): readonly string[] =>
  ['.', ...readdirSync(folder)].toSorted().map((name) => {
    const path = join(folder, name);
    const { mode, mtimeNs, size } = statSync(path, { bigint: true });
    const bytes = name === '.' ? '' : createHash('sha256').update(readFileSync(path)).digest('hex');
    return `${name} ${String(mode)} ${String(mtimeNs)} ${String(size)} ${bytes}`;
  });
