/**
 * Puts a confirmed change of keys on the service and takes it over here (rules E4, E5, E7). It can be interrupted
 * anywhere and goes on with the next sync: what was sent is frozen, whether it arrived is found out by asking, and
 * both master secrets are kept until that is known.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import type { KeyringAnswer } from '@mhb/core-domain/wire';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { changeKeyring } from '../vault/change-keyring.ts';
import { loadCipher } from '../vault/cipher.ts';
import { openKeyring } from '../vault/keyring.ts';
import { readRecoveryPhrase, wrapMasterSecret } from '../vault/recovery.ts';
import { receivedSealed, type Sealed } from '../vault/seal.ts';
import type { SecretsNotWritten, SyncSecrets } from '../vault/secrets.ts';
import { type KeysFailure, openAccountVault, readSecrets } from './account-keys.ts';
import { clearKeyChange, type KeyChange, readKeyChange, writeKeyChange } from './key-change.ts';
import { beginSealingAnew } from './sealing-anew-state.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';
import { readSyncState, type SyncState, writeSyncState } from './sync-state.ts';
import { takeOverAccount } from './take-over.ts';

export type KeyChangeNotStored =
  KeysFailure | SecretsNotWritten | SyncFailure | { readonly type: 'KeysChangedElsewhere' };

/** Another device may be quicker once; one that always is asks for a person. */
const ATTEMPTS_MAX = 2;

/** Everything about one change that is under way. */
interface UnderWay {
  readonly state: SyncState;
  readonly secrets: SyncSecrets;
  readonly keys: NonNullable<SyncSecrets['change']>;
  readonly change: KeyChange;
}

export const storeKeyChange = async (deps: DeviceDeps): Promise<Result<void, KeyChangeNotStored>> => {
  const state = readSyncState(deps.database);
  if (state === undefined) return ok(undefined);
  const secrets = readSecrets(deps, state);
  if (!secrets.ok) return secrets;
  const change = readKeyChange(deps.database);
  if (change === undefined) return forgetChange(deps, secrets.value);
  if (!change.is_confirmed) return ok(undefined);
  const keys = secrets.value.change;
  if (keys === undefined) return err({ type: 'SecretsMissing' });

  await loadCipher();
  if (change.what === 'recovery phrase') {
    const api = deps.connect({ url: state.url, apiKey: secrets.value.api_key });
    return store(deps, api, { state, secrets: secrets.value, keys, change });
  }
  const taken = await takeOverAccount(deps, { url: state.url, secrets: secrets.value, change });
  if (!taken.ok) return taken;
  const own = { ...change, is_own_key_new: true };
  return store(deps, taken.value.api, { state, secrets: taken.value.secrets, keys, change: own });
};

const store = async (
  deps: DeviceDeps,
  api: SyncApi,
  underWay: UnderWay,
): Promise<Result<void, KeyChangeNotStored>> => {
  let sent = underWay.change.outgoing;
  for (let attempt = 0; ; attempt += 1) {
    const present = await api.getKeyring();
    if (!present.ok) return present;
    const keyring = present.value.sealed;
    if (keyring === null) return err({ type: 'KeyringRolledBack' });
    if (hasArrived(underWay, sent, keyring)) return takeOver(deps, underWay, keyring);

    const frozen = freeze(deps, underWay, { ...present.value, sealed: keyring }, sent);
    if (!frozen.ok) return frozen;
    sent = frozen.value;
    const stored = await api.putKeyring({
      base_generation: sent.base,
      sealed: sealedOf(sent.keyring),
      recovery: sealedOf(sent.recovery),
    });
    if (stored.ok) return takeOver(deps, underWay, sent.keyring);
    const isLate = stored.error.type === 'Refused' && stored.error.code === 'keyring_conflict';
    if (!isLate || attempt + 1 === ATTEMPTS_MAX) return stored;
  }
};

type Outgoing = NonNullable<KeyChange['outgoing']>;

/** A keyring under the new master secret can only come from here, though another device may have followed it since. */
const hasArrived = (
  { state, keys, change }: UnderWay,
  sent: KeyChange['outgoing'],
  keyring: string,
): boolean => {
  if (sent === null) return false;
  if (keyring === sent.keyring) return true;
  const place = placeOf(state, keys.new_master_secret);
  return change.what === 'keys' && openKeyring(sealedOf(keyring), place, state.generation).ok;
};

/** The keyring of the next generation, on disk before it is first sent. Whoever can't open the present one makes none. */
const freeze = (
  deps: DeviceDeps,
  { state, secrets, keys, change }: UnderWay,
  present: KeyringAnswer & { readonly sealed: string },
  sent: KeyChange['outgoing'],
): Result<Outgoing, KeyChangeNotStored> => {
  const masterSecret = Buffer.from(keys.new_master_secret, 'hex');
  const made = changeKeyring(
    {
      ...placeOf(state, keys.old_master_secret),
      keyringSealed: sealedOf(present.sealed),
      pinnedGeneration: state.generation,
    },
    change.what === 'keys' ? { to: 'one more data key', masterSecret } : { to: 'the same keys' },
    deps.randomBytes,
  );
  if (!made.ok) return made.error.type === 'WrongKey' ? abandon(deps, secrets) : made;
  const base = made.value.generation - 1;
  if (sent?.base === base) return ok(sent);
  const phrase = readRecoveryPhrase(keys.recovery_phrase);
  if (!phrase.ok) return err({ type: 'SecretsMissing' });
  const { randomBytes } = deps;
  const recovery = wrapMasterSecret({
    phrase: phrase.value,
    accountId: state.account_id,
    masterSecret,
    randomBytes,
  });
  const outgoing = { base, keyring: base64(made.value.keyringSealed), recovery: base64(recovery) };
  write(deps, (tx) => {
    writeKeyChange(tx, { ...change, outgoing });
  });
  return ok(outgoing);
};

/** The service holds it. Secrets first: where the two disagree, the vault still opens with the old master secret. */
const takeOver = async (
  deps: DeviceDeps,
  { state, secrets, keys, change }: UnderWay,
  keyring: string,
): Promise<Result<void, KeyChangeNotStored>> => {
  const renewed = { ...secrets, master_secret: keys.new_master_secret };
  const kept = deps.secrets.write(renewed);
  if (!kept.ok) return kept;
  const vault = await openAccountVault(deps, { ...state, keyring }, renewed);
  if (!vault.ok) return vault;
  const { generation } = vault.value;
  write(deps, (tx) => {
    const known = readSyncState(tx) ?? state;
    writeSyncState(tx, { ...known, keyring, generation });
    clearKeyChange(tx);
    if (change.what === 'keys') beginSealingAnew(tx, vault.value.newestKey);
  });
  return forgetChange(deps, renewed);
};

/** Another device has changed all keys meanwhile. What it shows there is the phrase to join again with. */
const abandon = (deps: DeviceDeps, secrets: SyncSecrets): Result<never, KeyChangeNotStored> => {
  write(deps, clearKeyChange);
  const forgotten = forgetChange(deps, secrets);
  return forgotten.ok ? err({ type: 'KeysChangedElsewhere' }) : forgotten;
};

const forgetChange = (deps: DeviceDeps, secrets: SyncSecrets): Result<void, KeyChangeNotStored> => {
  const { change, ...lasting } = secrets;
  return change === undefined ? ok(undefined) : deps.secrets.write(lasting);
};

const placeOf = (state: SyncState, masterSecret: string) => ({
  accountId: state.account_id,
  masterSecret: Buffer.from(masterSecret, 'hex'),
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const sealedOf = (text: string): Sealed => receivedSealed(Buffer.from(text, 'base64'));
