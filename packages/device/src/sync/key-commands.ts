/** A new recovery phrase, and new keys after a device was lost or stolen (rules E5, E7). */
import { err, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { newMasterSecret } from '../vault/change-keyring.ts';
import { confirmPositions, confirmWords } from '../vault/recovery-check.ts';
import { newRecoveryPhrase, readRecoveryPhrase } from '../vault/recovery.ts';
import type { SecretsNotWritten, SyncSecrets } from '../vault/secrets.ts';
import { type KeysFailure, readSecrets } from './account-keys.ts';
import { type KeyChange, readKeyChange, writeKeyChange } from './key-change.ts';
import { type KeyChangeNotStored, storeKeyChange } from './store-key-change.ts';
import type { SyncFailure } from './sync-api.ts';
import { readSyncState, type SyncState } from './sync-state.ts';

export const ReplaceRecoveryPhrase = z.strictObject({});
export const ChangeKeys = z.strictObject({});

const position = z.int().min(1).max(12);

export const PhraseShown = z
  .strictObject({
    recovery_phrase: z
      .string()
      .describe('Twelve new words to write down, shown once. Until they are confirmed the old ones hold.'),
    confirm_positions: z
      .tuple([position, position])
      .readonly()
      .describe('Which words confirm_recovery_phrase is to be given, counted from 1.'),
    then: z
      .string()
      .describe('What happens once they are confirmed, and what does not, for the person to read.'),
  })
  .readonly();
type PhraseShown = z.infer<typeof PhraseShown>;

export type NotBegun =
  | KeysFailure
  | SecretsNotWritten
  | SyncFailure
  | { readonly type: 'SyncIsOff' }
  | { readonly type: 'RecoveryPhraseNotConfirmed' }
  | { readonly type: 'KeyChangeUnfinished' };

export const replaceRecoveryPhrase = (deps: DeviceDeps): Result<PhraseShown, NotBegun> => {
  const on = whereOn(deps);
  return on.ok ? show(deps, on.value.secrets, 'recovery phrase') : on;
};

/** Asks first whether this device may do it, so that nobody writes down a phrase in vain. */
export const changeKeys = async (deps: DeviceDeps): Promise<Result<PhraseShown, NotBegun>> => {
  const on = whereOn(deps);
  if (!on.ok) return on;
  const { state, secrets } = on.value;
  const listed = await deps.connect({ url: state.url, apiKey: secrets.api_key }).listKeys();
  return listed.ok ? show(deps, secrets, 'keys') : listed;
};

export type NotConfirmed =
  | KeyChangeNotStored
  | { readonly type: 'NothingToConfirm' }
  | { readonly type: 'WrongWords'; readonly fields: readonly ['words'] };

/** Two words given back; then, and not before, the service is told. Can be repeated until it is known to have it. */
export const confirmKeyChange = async (
  deps: DeviceDeps,
  words: Readonly<Record<string, string>>,
): Promise<Result<void, NotConfirmed>> => {
  const state = readSyncState(deps.database);
  const change = readKeyChange(deps.database);
  if (state === undefined || change === undefined) return err({ type: 'NothingToConfirm' });
  const secrets = readSecrets(deps, state);
  if (!secrets.ok) return secrets;
  const phrase = readRecoveryPhrase(secrets.value.change?.recovery_phrase ?? '');
  if (!phrase.ok) return err({ type: 'NothingToConfirm' });
  const positions = change.confirm_positions;
  const given: readonly [string, string] = [
    words[String(positions[0])] ?? '',
    words[String(positions[1])] ?? '',
  ];
  if (!confirmWords({ phrase: phrase.value, positions, words: given })) {
    return err({ type: 'WrongWords', fields: ['words'] });
  }
  write(deps, (tx) => {
    writeKeyChange(tx, { ...change, is_confirmed: true });
  });
  return storeKeyChange(deps);
};

const whereOn = (
  deps: DeviceDeps,
): Result<{ readonly state: SyncState; readonly secrets: SyncSecrets }, NotBegun> => {
  const state = readSyncState(deps.database);
  if (state === undefined) return err({ type: 'SyncIsOff' });
  if (state.confirm_positions !== null) return err({ type: 'RecoveryPhraseNotConfirmed' });
  if (readKeyChange(deps.database)?.is_confirmed === true) return err({ type: 'KeyChangeUnfinished' });
  const secrets = readSecrets(deps, state);
  return secrets.ok ? ok({ state, secrets: secrets.value }) : secrets;
};

/** The secrets first: words without a change that is under way are forgotten again, the other way round can't be. */
const show = (
  deps: DeviceDeps,
  secrets: SyncSecrets,
  what: KeyChange['what'],
): Result<PhraseShown, NotBegun> => {
  const old_master_secret = secrets.master_secret;
  const new_master_secret =
    what === 'keys' ? Buffer.from(newMasterSecret(deps.randomBytes)).toString('hex') : old_master_secret;
  const recovery_phrase = newRecoveryPhrase(deps.randomBytes);
  const confirm_positions = confirmPositions(deps.randomBytes);
  const change = { recovery_phrase, old_master_secret, new_master_secret };
  const kept = deps.secrets.write({ ...secrets, change });
  if (!kept.ok) return kept;
  write(deps, (tx) => {
    writeKeyChange(tx, {
      what,
      confirm_positions,
      is_confirmed: false,
      is_own_key_new: false,
      outgoing: null,
    });
  });
  return ok({ recovery_phrase, confirm_positions, then: thenTexts[what] });
};

const thenTexts: Readonly<Record<KeyChange['what'], string>> = {
  'recovery phrase':
    'The old words stop working. Your other devices go on as before. Somebody who has a device of yours, or what was on it, is not kept out by this.',
  keys: 'Every other device is shut out at once, with its API key, and joins again with the new words and a new API key; what was entered on it meanwhile is kept. Then everything on the service is sealed anew under new keys. What a lost or stolen device already had, it keeps.',
};
