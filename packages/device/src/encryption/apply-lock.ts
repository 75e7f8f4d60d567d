/**
 * Makes what lies on the disk what the lock says: encrypted, or in the clear again. It may be interrupted anywhere;
 * every file is whole and one or the other, and the next opening goes on:
 *
 *   lock 'on'          secrets ► backups ► database               all under the key
 *   lock 'turning off' secrets ► backups ► database ► no lock     all in the clear
 */
import { err, ok, type Result } from '@mhb/core-domain';
import { renameSync } from 'node:fs';
import { listBackupFiles, removeParts, writeBackupFile } from '../backups/backup-files.ts';
import { databaseFailure } from '../database/failures.ts';
import { copyFileWithKey, isPlainFile } from '../database/keyed-copy.ts';
import type { BackupFolderDep, DatabaseDep, EncryptionDep, ProgressDep, SecretsDep } from '../deps.ts';
import type { SecretsNotWritten } from '../vault/secrets.ts';
import { readLock } from './lock-file.ts';

export type ApplyLockDeps = BackupFolderDep & DatabaseDep & EncryptionDep & ProgressDep & SecretsDep;

/** How many backups could not be read, and were left as they are. Throws what the disk says. */
export const applyLock = (deps: ApplyLockDeps): Result<number, SecretsNotWritten> => {
  const { encryption, database, onProgress } = deps;
  const { place, lock, key } = encryption;
  if (place === undefined || lock === undefined || key === undefined) return ok(0);
  removeParts(deps.backupFolder);
  const toPlain = lock.state === 'turning off';
  const isDone = (path: string): boolean => isPlainFile(path) === toPlain;
  const backups = listBackupFiles(deps.backupFolder).filter(({ path }) => !isDone(path));
  const databaseIsDone = isDone(place.databasePath);
  const total = backups.length + (databaseIsDone ? 0 : 1);

  if (toPlain || !databaseIsDone) {
    const rewritten = rewriteSecrets(deps);
    if (!rewritten.ok) return rewritten;
  }
  let left = 0;
  for (const [index, { path }] of backups.entries()) {
    if (!changeBackup(path, toPlain ? { from: key, to: undefined } : { from: undefined, to: key })) left += 1;
    onProgress({ step: 'encrypt', done: index + 1, total });
  }
  if (!databaseIsDone) {
    database.changeKey(toPlain ? undefined : key);
    onProgress({ step: 'encrypt', done: total, total });
  }
  if (toPlain) encryption.clear();
  else encryption.copyLock();
  return ok(left);
};

/** At every opening: finishes what was interrupted, and brings a lock that was lost back. */
export const goOnWithLock = (deps: ApplyLockDeps): void => {
  const { place, lock, key } = deps.encryption;
  if (place === undefined || lock === undefined || key === undefined) return;
  const kept = readLock(place.lockPath);
  if (!kept.ok || kept.value === undefined) deps.encryption.set(lock, key);
  applyLock(deps);
};

/** Reads them in either form, and writes them in that of now. */
const rewriteSecrets = ({ secrets }: SecretsDep): Result<void, SecretsNotWritten> => {
  const held = secrets.read();
  if (!held.ok || held.value === undefined || secrets.where !== 'file') return ok(undefined);
  const written = secrets.write(held.value);
  return written.ok ? written : err({ type: 'SecretsNotWritten' });
};

const changeBackup = (
  path: string,
  { from, to }: { readonly from: Uint8Array | undefined; readonly to: Uint8Array | undefined },
): boolean => {
  try {
    writeBackupFile(path, (part) => {
      const copy = `${part}.part`;
      copyFileWithKey({ path, key: from }, { path: copy, key: to });
      renameSync(copy, part);
    });
    return true;
  } catch (error) {
    // Damaged, or of another key; what a person may still get out of it is not for us to throw away.
    if (databaseFailure(error)?.type === 'FileDamaged') return false;
    throw error;
  }
};
