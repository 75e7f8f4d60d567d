/** What a command that was done means for the window's device, beyond the records it changed. */
import type { UnlockWith } from '@mhb/device';

/** What unlocks the device once one of these was done. */
export const passphraseAfter: Readonly<Record<string, (input: unknown) => UnlockWith | undefined>> = {
  turn_on_encryption: (input) => passphraseIn(input, 'passphrase'),
  change_passphrase: (input) => passphraseIn(input, 'new_passphrase'),
  turn_off_encryption: () => undefined,
};

/** What changes how sync stands without a record changing. */
export const tellsOfSync: ReadonlySet<string> = new Set([
  'apply_held_deletions',
  'change_keys',
  'confirm_recovery_phrase',
  'delete_all_data',
  'disable_sync',
  'enable_sync',
  'keep_held_deletions',
  'rename_device',
  'replace_recovery_phrase',
  'restore_merged',
  'revoke_device',
  'sync_now',
  'verify_sync',
]);

/** Whether a person can open again what `get_encryption_status` tells about, by something they know. */
export const isOpenedByWords = (status: unknown): boolean => {
  const opener = fieldOf(status, 'unlock_with');
  return opener === 'passphrase' || opener === 'recovery key';
};

const passphraseIn = (input: unknown, field: string): UnlockWith | undefined => {
  const passphrase = fieldOf(input, field);
  return typeof passphrase === 'string' ? { passphrase } : undefined;
};

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([field]) => field === name)?.[1]
    : undefined;
