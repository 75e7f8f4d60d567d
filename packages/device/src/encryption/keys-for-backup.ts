/** Which keys may open a backup: today's, or that of what a person gives for it. */
import { err, ok, type Result } from '@mhb/core-domain';
import { dirname } from 'node:path';
import type { EncryptionDep } from '../deps.ts';
import { loadCipher } from '../vault/cipher.ts';
import {
  type DatabaseKey,
  type InvalidRecoveryKey,
  readRecoveryKey,
  unwrapWithPassphrase,
} from '../vault/database-key.ts';
import { lockBeside, readLock } from './lock-file.ts';

/** No lock lies beside the backup, or the passphrase does not open it. */
export type KeyNotFound = InvalidRecoveryKey | { readonly type: 'NoLockBeside' | 'WrongBackupPassphrase' };

export interface KeyForBackup {
  readonly file: string;
  readonly passphrase?: string | null | undefined;
  readonly recovery_key?: string | null | undefined;
}

export const keysFor = async (
  { encryption }: EncryptionDep,
  { file, passphrase, recovery_key }: KeyForBackup,
): Promise<Result<readonly DatabaseKey[], KeyNotFound>> => {
  const keys = encryption.key === undefined ? [] : [encryption.key];
  if (typeof recovery_key === 'string') {
    const key = readRecoveryKey(recovery_key);
    return key.ok ? ok([...keys, key.value]) : key;
  }
  if (typeof passphrase !== 'string') return ok(keys);
  const lock = readLock(lockBeside(dirname(file)));
  if (!lock.ok || lock.value?.unlock.with !== 'passphrase') return err({ type: 'NoLockBeside' });
  await loadCipher();
  const key = await unwrapWithPassphrase(lock.value.unlock.wrapped, passphrase);
  return key === undefined ? err({ type: 'WrongBackupPassphrase' }) : ok([...keys, key]);
};
