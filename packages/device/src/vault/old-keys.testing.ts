/** What somebody can read who kept the keys of one moment, for tests of what a change of keys takes away. */
import type { AccountId, WireId } from '@mhb/core-domain/wire';
import { loadCipher } from './cipher.ts';
import { readRecoveryPhrase, unwrapMasterSecret } from './recovery.ts';
import type { SyncSecrets } from './secrets.ts';
import { openVault } from './vault.ts';

export interface OldKeys {
  readonly secrets: SyncSecrets;
  readonly keyring: Uint8Array;
  readonly phrase: string;
}

export interface OnService {
  readonly keyring: Uint8Array;
  readonly recovery: Uint8Array;
  readonly records: readonly { readonly id: string; readonly sealed: Uint8Array }[];
}

/** What of a service's content opens with these keys: nothing may, once a change of keys is done. */
export const openedWith = async (
  { secrets, keyring, phrase }: OldKeys,
  stored: OnService,
): Promise<{ readonly records: number; readonly keyring: boolean; readonly recovery: boolean }> => {
  await loadCipher();
  const accountId: AccountId = secrets.account_id;
  const openRing = (keyringSealed: Uint8Array) =>
    openVault({
      accountId,
      masterSecret: Buffer.from(secrets.master_secret, 'hex'),
      keyringSealed,
      pinnedGeneration: 0,
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    });
  const vault = openRing(keyring);
  const words = readRecoveryPhrase(phrase);
  if (!vault.ok || !words.ok) throw new Error('the old keys do not open what they belong to');
  const opened = stored.records.filter(
    ({ id, sealed }) => vault.value.openRecord({ id: id as WireId, sealed }).ok,
  );
  return {
    records: opened.length,
    keyring: openRing(stored.keyring).ok,
    recovery: unwrapMasterSecret({ phrase: words.value, accountId, sealed: stored.recovery }).ok,
  };
};
