/** A copy of everything on this device, once a day, without being asked. */
import { err, instantOf, LocalDate, localDateOf, ok, type Result } from '@mhb/core-domain';
import { rmSync } from 'node:fs';
import { z } from 'zod';
import type { Database } from '../database/sql.ts';
import type { BackupFolderDep, ClockDep, DatabaseDep, EncryptionDep, TimeZoneDep } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { backupPath, listBackupFiles, removeParts, writeBackupFile } from './backup-files.ts';
import { superfluous } from './retention.ts';

type BackupDeps = BackupFolderDep & ClockDep & DatabaseDep & EncryptionDep & TimeZoneDep;

/** The disk did not take it, or the folder can't be used. What is there already is as it was. */
export interface BackupNotWritten {
  readonly type: 'BackupNotWritten';
}

/** Where there is anything to lose and today has no backup yet. A disk that fails is tried again at the next start. */
export const backUpOncePerDay = (deps: BackupDeps): void => {
  if (!holdsAnything(deps.database)) return;
  const day = today(deps);
  attempt(() => {
    removeParts(deps.backupFolder);
    if (!listBackupFiles(deps.backupFolder).some((backup) => backup.day === day)) makeBackup(deps);
  });
};

export const BackUpNow = z.strictObject({});

export const BackupMade = z
  .strictObject({
    day: LocalDate.describe('The day it was made on: 2025-03-10.'),
    file: z.string().describe('The path of the backup.'),
  })
  .readonly();
type BackupMade = z.infer<typeof BackupMade>;

/** Replaces the backup that today has already. */
export const backUpNow = (deps: BackupDeps): Result<BackupMade, BackupNotWritten> =>
  attempt(() => makeBackup(deps));

export const ListBackups = z.strictObject({});

export const Backups = z
  .array(
    BackupMade.unwrap()
      .extend({ bytes: Count.describe('The size of the file.') })
      .readonly(),
  )
  .readonly();

/** Newest first. */
export const listBackups = ({ backupFolder }: BackupFolderDep): Result<z.infer<typeof Backups>, never> => {
  const listed = attempt(() => listBackupFiles(backupFolder));
  return ok(listed.ok ? listed.value.map(({ day, path, bytes }) => ({ day, file: path, bytes })) : []);
};

/** Deleting everything means these too. */
export const removeBackups = ({ backupFolder }: BackupFolderDep): void => {
  attempt(() => {
    for (const { path } of listBackupFiles(backupFolder)) rmSync(path, { force: true });
  });
};

const makeBackup = (deps: BackupDeps): BackupMade => {
  const day = today(deps);
  const file = backupPath(deps.backupFolder, day);
  writeBackupFile(file, (path) => {
    deps.database.copyTo(path);
  });
  deps.encryption.copyLock();
  const days = listBackupFiles(deps.backupFolder).map((backup) => backup.day);
  for (const old of superfluous(days)) rmSync(backupPath(deps.backupFolder, old), { force: true });
  return { day, file };
};

/** The system and SQLite both give their exceptions a code; one without it is a fault of ours. */
const attempt = <Value>(act: () => Value): Result<Value, BackupNotWritten> => {
  try {
    return ok(act());
  } catch (error) {
    if (error instanceof Error && 'code' in error) return err({ type: 'BackupNotWritten' });
    throw error;
  }
};

const today = ({ clock, timeZone }: ClockDep & TimeZoneDep): LocalDate =>
  localDateOf(instantOf(clock.nowMs()), timeZone());

/** A file that was made a moment ago has no tables yet. */
const holdsAnything = (database: Database): boolean => {
  const hasRecords = { text: `select 1 from sqlite_schema where name = 'record'`, values: [] };
  if (database.get(hasRecords) === undefined) return false;
  return database.get({ text: 'select 1 from record limit 1', values: [] }) !== undefined;
};
