/**
 * How a device comes into an account: the first one makes its keys, every other one joins with the recovery phrase or
 * the pairing link of one that is in (rules E4, E5, E6). Nothing is stored on the service before the phrase was given back, so a person who walks away
 * leaves an account that can still be set up.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import type { AccountId } from '@mhb/core-domain/wire';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { loadCipher } from '../vault/cipher.ts';
import type { KeyringNotOpened } from '../vault/keyring.ts';
import { confirmPositions, type ConfirmPositions, confirmWords } from '../vault/recovery-check.ts';
import {
  type InvalidRecoveryPhrase,
  type MasterSecretNotUnwrapped,
  newRecoveryPhrase,
  readRecoveryPhrase,
  unwrapMasterSecret,
  wrapMasterSecret,
} from '../vault/recovery.ts';
import type { SecretsNotWritten, SecretsUnreadable } from '../vault/secrets.ts';
import { receivedSealed, type Sealed } from '../vault/seal.ts';
import { createAccountKeys, openVault } from '../vault/vault.ts';
import { type KeysFailure, readSecrets } from './account-keys.ts';
import { beginReconcile } from './reconcile.ts';
import type { PairingLink } from './pairing-link.ts';
import { compareWithSeen, type ReadFailure, readPairingMessage } from './pairing.ts';
import type { SyncFailure } from './sync-api.ts';
import { readSyncState, type SyncState, writeSyncState } from './sync-state.ts';

interface Account {
  readonly url: string;
  readonly accountId: AccountId;
  readonly apiKey: string;
}

type SecretsFailure = SecretsUnreadable | SecretsNotWritten;

export type BeginFailure = SyncFailure | SecretsFailure | { readonly type: 'RecoveryPhraseRequired' };

/** Makes the keys of a new account and answers its recovery phrase, to be given back in part. */
export const beginAccount = async (
  deps: DeviceDeps,
  { url, accountId, apiKey }: Account,
): Promise<
  Result<{ readonly recovery_phrase: string; readonly confirm_positions: ConfirmPositions }, BeginFailure>
> => {
  const keyring = await deps.connect({ url, apiKey }).getKeyring();
  if (!keyring.ok) return keyring;
  if (keyring.value.sealed !== null) return err({ type: 'RecoveryPhraseRequired' });

  await loadCipher();
  const { masterSecret, keyringSealed, generation } = createAccountKeys({
    accountId,
    randomBytes: deps.randomBytes,
  });
  const recovery_phrase = newRecoveryPhrase(deps.randomBytes);
  const confirm_positions = confirmPositions(deps.randomBytes);
  const kept = deps.secrets.write({
    account_id: accountId,
    api_key: apiKey,
    master_secret: Buffer.from(masterSecret).toString('hex'),
    recovery_phrase,
  });
  if (!kept.ok) return kept;
  write(deps, (tx) => {
    writeSyncState(tx, {
      ...newState({ url, accountId, keyring: base64(keyringSealed), generation }),
      confirm_positions: [...confirm_positions],
    });
  });
  return ok({ recovery_phrase, confirm_positions });
};

export type ConfirmFailure =
  | SyncFailure
  | KeysFailure
  | SecretsFailure
  | { readonly type: 'NothingToConfirm' }
  | { readonly type: 'WrongWords'; readonly fields: readonly ['words'] }
  | { readonly type: 'AccountTaken' };

/** Stores the keys on the service once the words are right. A lost answer is found out by asking what is stored. */
export const confirmAccount = async (
  deps: DeviceDeps,
  words: Readonly<Record<string, string>>,
): Promise<Result<void, ConfirmFailure>> => {
  const state = readSyncState(deps.database);
  if (state === undefined || state.confirm_positions === null) return err({ type: 'NothingToConfirm' });
  const secrets = readSecrets(deps, state);
  if (!secrets.ok) return secrets;
  const phrase = readRecoveryPhrase(secrets.value.recovery_phrase ?? '');
  if (!phrase.ok) return err({ type: 'NothingToConfirm' });
  const positions = state.confirm_positions;
  const given: readonly [string, string] = [
    words[String(positions[0])] ?? '',
    words[String(positions[1])] ?? '',
  ];
  if (!confirmWords({ phrase: phrase.value, positions, words: given })) {
    return err({ type: 'WrongWords', fields: ['words'] });
  }

  await loadCipher();
  const accountId = state.account_id;
  const masterSecret = Buffer.from(secrets.value.master_secret, 'hex');
  const api = deps.connect({ url: state.url, apiKey: secrets.value.api_key });
  const stored = await api.putKeyring({
    base_generation: 0,
    sealed: sealedOf(state.keyring),
    recovery: wrapMasterSecret({
      phrase: phrase.value,
      accountId,
      masterSecret,
      randomBytes: deps.randomBytes,
    }),
  });
  if (!stored.ok) {
    if (stored.error.type !== 'Refused' || stored.error.code !== 'keyring_conflict') return stored;
    const held = await api.getKeyring();
    if (!held.ok) return held;
    if (held.value.sealed !== state.keyring) return err({ type: 'AccountTaken' });
  }

  write(deps, (tx) => {
    writeSyncState(tx, { ...state, confirm_positions: null });
    beginReconcile(tx);
  });
  const { recovery_phrase: _, ...lasting } = secrets.value;
  return deps.secrets.write(lasting);
};

export type JoinFailure =
  | SyncFailure
  | SecretsFailure
  | KeyringNotOpened
  | MasterSecretNotUnwrapped
  | (InvalidRecoveryPhrase & { readonly fields: readonly ['recovery_phrase'] })
  | { readonly type: 'AccountIsEmpty' };

/** Brings this device into an account that another one has set up. Its own entries merge with the account's. */
export const joinAccount = async (
  deps: DeviceDeps,
  { url, accountId, apiKey }: Account,
  phraseText: string,
): Promise<Result<void, JoinFailure>> => {
  const phrase = readRecoveryPhrase(phraseText);
  if (!phrase.ok) return err({ ...phrase.error, fields: ['recovery_phrase'] });
  const stored = await deps.connect({ url, apiKey }).getKeyring();
  if (!stored.ok) return stored;
  const { sealed: keyring, recovery } = stored.value;
  if (keyring === null || recovery === null) return err({ type: 'AccountIsEmpty' });

  await loadCipher();
  const masterSecret = unwrapMasterSecret({ phrase: phrase.value, accountId, sealed: sealedOf(recovery) });
  if (!masterSecret.ok) return masterSecret;
  return enter(deps, { url, accountId, apiKey }, { masterSecret: masterSecret.value, keyring, pinned: 1 });
};

export type PairFailure =
  SyncFailure | SecretsFailure | KeyringNotOpened | ReadFailure | { readonly type: 'ServiceIsBehind' };

/** Brings this device into the account of the one that made the link. The link is used up, whatever comes of it. */
export const joinByLink = async (deps: DeviceDeps, link: PairingLink): Promise<Result<void, PairFailure>> => {
  const message = await readPairingMessage(deps, link);
  if (!message.ok) return message;
  const { account_id: accountId, api_key: apiKey, master_secret, keyring_generation } = message.value;
  const api = deps.connect({ url: link.url, apiKey });
  const stored = await api.getKeyring();
  if (!stored.ok) return stored;
  const { sealed: keyring } = stored.value;
  // The other device has seen one.
  if (keyring === null) return err({ type: 'KeyringRolledBack' });
  const isCurrent = await compareWithSeen(deps, api, message.value);
  if (!isCurrent.ok) return isCurrent;
  const masterSecret = Buffer.from(master_secret, 'hex');
  return enter(
    deps,
    { url: link.url, accountId, apiKey },
    { masterSecret, keyring, pinned: keyring_generation },
  );
};

/** From here on this device belongs to the account. Nothing is kept where the keyring does not open. */
const enter = (
  deps: DeviceDeps,
  { url, accountId, apiKey }: Account,
  {
    masterSecret,
    keyring,
    pinned,
  }: { readonly masterSecret: Uint8Array; readonly keyring: string; readonly pinned: number },
): Result<void, SecretsFailure | KeyringNotOpened> => {
  const vault = openVault({
    accountId,
    masterSecret,
    keyringSealed: sealedOf(keyring),
    pinnedGeneration: pinned,
    randomBytes: deps.randomBytes,
  });
  if (!vault.ok) return vault;

  const master_secret = Buffer.from(masterSecret).toString('hex');
  const kept = deps.secrets.write({ account_id: accountId, api_key: apiKey, master_secret });
  if (!kept.ok) return kept;
  write(deps, (tx) => {
    writeSyncState(tx, newState({ url, accountId, keyring, generation: vault.value.generation }));
    beginReconcile(tx);
  });
  return ok(undefined);
};

const newState = ({
  url,
  accountId,
  keyring,
  generation,
}: Pick<SyncState, 'url' | 'keyring' | 'generation'> & { readonly accountId: AccountId }): SyncState => ({
  url,
  account_id: accountId,
  keyring,
  generation,
  confirm_positions: null,
  last_success_at: null,
  last_failure: null,
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const sealedOf = (text: string): Sealed => receivedSealed(Buffer.from(text, 'base64'));
