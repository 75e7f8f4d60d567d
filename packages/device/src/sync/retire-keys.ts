/** Once nothing is sealed with the earlier data keys, the keyring holds the newest alone (rule E7). */
import { err, ok, type Result } from '@mhb/core-domain';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { changeKeyring } from '../vault/change-keyring.ts';
import { receivedSealed, type Sealed } from '../vault/seal.ts';
import { type KeysFailure, type KnownAccount, openAccountVault } from './account-keys.ts';
import { endSealingAnew } from './sealing-anew-state.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';
import { readSyncState, writeSyncState } from './sync-state.ts';

/**
 * Compare and set. Where another device was quicker, or the answer is lost, the next sync follows the keyring that is
 * there and finds out whether anything is left to do.
 */
export const retireEarlierKeys = async (
  deps: DeviceDeps,
  api: SyncApi,
  { state, secrets, vault }: KnownAccount,
): Promise<Result<void, SyncFailure | KeysFailure>> => {
  const present = await api.getKeyring();
  if (!present.ok) return present;
  const { sealed: keyring, recovery } = present.value;
  if (keyring === null || recovery === null) return err({ type: 'KeyringRolledBack' });
  const opened = await openAccountVault(deps, { ...state, keyring }, secrets);
  if (!opened.ok) return opened;
  // The keys were changed once more, or are retired already: what was walked through was for another keyring.
  if (opened.value.newestKey !== vault.newestKey || !opened.value.hasEarlierKeys) return ok(undefined);

  const made = changeKeyring(
    {
      accountId: state.account_id,
      masterSecret: Buffer.from(secrets.master_secret, 'hex'),
      keyringSealed: sealedOf(keyring),
      pinnedGeneration: state.generation,
    },
    { to: 'the newest data key alone' },
    deps.randomBytes,
  );
  if (!made.ok) return made;
  const { keyringSealed, generation } = made.value;
  const stored = await api.putKeyring({
    base_generation: generation - 1,
    sealed: keyringSealed,
    // As it is there: it may belong to a phrase that another device has made since.
    recovery: sealedOf(recovery),
  });
  if (!stored.ok) {
    const isLate = stored.error.type === 'Refused' && stored.error.code === 'keyring_conflict';
    return isLate ? ok(undefined) : stored;
  }
  write(deps, (tx) => {
    const known = readSyncState(tx) ?? state;
    writeSyncState(tx, { ...known, keyring: Buffer.from(keyringSealed).toString('base64'), generation });
    endSealingAnew(tx);
  });
  return ok(undefined);
};

const sealedOf = (text: string): Sealed => receivedSealed(Buffer.from(text, 'base64'));
