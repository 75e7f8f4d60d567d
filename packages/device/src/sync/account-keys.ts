/** Opens the vault with what this device keeps, and follows the keyring when its generation grows (rule E4). */
import { err, ok, type Result } from '@mhb/core-domain';
import { write } from '../changes/write.ts';
import type { ChangeFeedDep, DatabaseDep, RandomDep, SecretsDep } from '../deps.ts';
import { loadCipher } from '../vault/cipher.ts';
import type { KeyringNotOpened } from '../vault/keyring.ts';
import type { SecretsUnreadable, SyncSecrets } from '../vault/secrets.ts';
import { openVault, type Vault } from '../vault/vault.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';
import { type SyncState, writeSyncState } from './sync-state.ts';

type KeysDeps = ChangeFeedDep & DatabaseDep & RandomDep & SecretsDep;

export type KeysFailure = KeyringNotOpened | SecretsUnreadable | { readonly type: 'SecretsMissing' };

/** The secrets of the account that sync is on for. Without them sync stops and says so (rule E3). */
export const readSecrets = (deps: SecretsDep, state: SyncState): Result<SyncSecrets, KeysFailure> => {
  const secrets = deps.secrets.read();
  if (!secrets.ok) return secrets;
  if (secrets.value?.account_id !== state.account_id) return err({ type: 'SecretsMissing' });
  return ok(secrets.value);
};

export const openAccountVault = async (
  deps: KeysDeps,
  state: SyncState,
  secrets: SyncSecrets,
): Promise<Result<Vault, KeysFailure>> => {
  await loadCipher();
  const openWith = (masterSecret: string) =>
    openVault({
      accountId: state.account_id,
      masterSecret: Buffer.from(masterSecret, 'hex'),
      keyringSealed: Buffer.from(state.keyring, 'base64'),
      pinnedGeneration: state.generation,
      randomBytes: deps.randomBytes,
    });
  const opened = openWith(secrets.master_secret);
  if (opened.ok || opened.error.type !== 'WrongKey' || secrets.change === undefined) return opened;
  // A change of keys that was interrupted between the two places where a device keeps what it knows.
  return openWith(secrets.change.old_master_secret);
};

export interface KnownAccount {
  readonly state: SyncState;
  readonly secrets: SyncSecrets;
  readonly vault: Vault;
}

/** The account that sync is on for, with its keys. Asks nobody. */
export const openKnownAccount = async (
  deps: KeysDeps,
  state: SyncState,
): Promise<Result<KnownAccount, KeysFailure>> => {
  const secrets = readSecrets(deps, state);
  if (!secrets.ok) return secrets;
  const vault = await openAccountVault(deps, state, secrets.value);
  return vault.ok ? ok({ state, secrets: secrets.value, vault: vault.value }) : vault;
};

/** Fetches the keyring where the service has a later one, and pins it. One that went back is refused. */
export const followKeyring = async (
  deps: KeysDeps,
  api: SyncApi,
  known: KnownAccount,
  generation: number,
): Promise<Result<KnownAccount, KeysFailure | SyncFailure>> => {
  const { state, secrets } = known;
  if (generation < state.generation) return err({ type: 'KeyringRolledBack' });
  if (generation === state.generation) return ok(known);

  const keyring = await api.getKeyring();
  if (!keyring.ok) return keyring;
  if (keyring.value.sealed === null) return err({ type: 'KeyringRolledBack' });
  const opened = await openAccountVault(deps, { ...state, keyring: keyring.value.sealed }, secrets);
  if (!opened.ok) return opened;
  const followed = { ...state, keyring: keyring.value.sealed, generation: opened.value.generation };
  write(deps, (tx) => {
    writeSyncState(tx, followed);
  });
  return ok({ state: followed, secrets, vault: opened.value });
};
