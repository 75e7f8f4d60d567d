/** Turning sync on and off, and running it (rules E5, O10). */
import { err, ok, type Result } from '@mhb/core-domain';
import { DeviceId } from '@mhb/core-domain/sync';
import { parseApiKey } from '@mhb/core-domain/wire';
import { z } from 'zod';
import type { DeviceDeps } from '../deps.ts';
import { type InvalidInput, invalidInput } from '../parse.ts';
import {
  beginAccount,
  type BeginFailure,
  confirmAccount,
  type ConfirmFailure,
  joinAccount,
  joinByLink,
  type JoinFailure,
  type PairFailure,
} from './enable.ts';
import { readPairingLink, type UnusableLink } from './pairing-link.ts';
import { readKeyChange } from './key-change.ts';
import { confirmKeyChange, type NotConfirmed } from './key-commands.ts';
import { readServiceUrl, type UnusableUrl } from './service-url.ts';
import { isRefusedAs } from './refused.ts';
import { openAccount } from './open-account.ts';
import { type SyncNotDone, syncOnce, SyncOutcome } from './sync-once.ts';
import { readSyncState } from './sync-state.ts';
import { type NotTurnedOff, type SyncDisabled, turnSyncOff } from './turn-off.ts';

export const EnableSync = z.strictObject({
  url: z
    .string()
    .min(1)
    .max(2_000)
    .optional()
    .describe('The address of the service: https://sync.example.org, or http:// on this computer.'),
  api_key: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('The whole text that begins with mhb_, as the service gave it.'),
  recovery_phrase: z
    .string()
    .max(1_000)
    .optional()
    .describe(
      'The twelve words of an account that has been set up. Without them a new account gets its own.',
    ),
  pairing_link: z
    .string()
    .max(2_500)
    .optional()
    .describe(
      'The link that a device of the account has made with create_pairing_link, instead of everything else.',
    ),
});

export type EnableFailure =
  | BeginFailure
  | JoinFailure
  | UnusableUrl
  | PairFailure
  | UnusableLink
  | InvalidInput
  | { readonly type: 'InvalidApiKey'; readonly fields: readonly ['api_key'] }
  | { readonly type: 'SyncIsOn' };

/** What happened to the first sync after sync was turned on; it can be repeated with `sync_now`. */
export const Started = z
  .strictObject({
    device_id: DeviceId,
    first_sync: SyncOutcome.nullable(),
    first_sync_failure: z
      .string()
      .nullable()
      .describe('Why the first sync did not finish, or null; sync_now tries again.'),
  })
  .readonly();
type Started = z.infer<typeof Started>;

const position = z.int().min(1).max(12);

const Begun = z
  .strictObject({
    recovery_phrase: z
      .string()
      .describe('Twelve words to write down. They are shown once and open the account on other devices.'),
    confirm_positions: z
      .tuple([position, position])
      .readonly()
      .describe('Which words confirm_recovery_phrase is to be given, counted from 1.'),
  })
  .readonly();

export const SyncEnabled = z.union([Begun, Started]);

/**
 * Without a phrase: makes the keys of a new account and shows its recovery phrase, once; sync starts after
 * `confirm_recovery_phrase`. With the phrase of an account that has been set up, or with a pairing link: joins it
 * and syncs.
 */
export const enableSync = async (
  deps: DeviceDeps,
  input: z.output<typeof EnableSync>,
): Promise<Result<z.infer<typeof SyncEnabled>, EnableFailure>> => {
  const { url: address, api_key, recovery_phrase, pairing_link } = input;
  if (pairing_link !== undefined) return enableByLink(deps, pairing_link, input);
  if (address === undefined || api_key === undefined) return err(missing({ url: address, api_key }));

  const url = readServiceUrl(address);
  if (!url.ok) return url;
  const key = parseApiKey(api_key.trim());
  if (key === undefined) return err({ type: 'InvalidApiKey', fields: ['api_key'] });
  if (isOn(deps)) return err({ type: 'SyncIsOn' });

  const account = { url: url.value, accountId: key.accountId, apiKey: api_key.trim() };
  if (recovery_phrase === undefined) return beginAccount(deps, account);
  const joined = await joinAccount(deps, account, recovery_phrase);
  return joined.ok ? ok(await firstSync(deps)) : joined;
};

/** The link says everything; an address or key beside it might mean another account. */
const enableByLink = async (
  deps: DeviceDeps,
  pairingLink: string,
  { pairing_link: _, ...others }: z.output<typeof EnableSync>,
): Promise<Result<Started, EnableFailure>> => {
  const given = Object.entries(others).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  if (given.length > 0) {
    const problem = 'can’t be given together with pairing_link';
    return err(invalidInput(given.map((field) => ({ field, problem }))));
  }
  const link = readPairingLink(pairingLink);
  if (!link.ok) return link;
  if (isOn(deps)) return err({ type: 'SyncIsOn' });
  const joined = await joinByLink(deps, link.value);
  return joined.ok ? ok(await firstSync(deps)) : joined;
};

const missing = (needed: Readonly<Record<string, unknown>>): InvalidInput => {
  const fields = Object.entries(needed).flatMap(([field, value]) => (value === undefined ? [field] : []));
  return invalidInput(fields.map((field) => ({ field, problem: 'is needed, or else a pairing_link' })));
};

const isOn = (deps: DeviceDeps): boolean => readSyncState(deps.database)?.confirm_positions === null;

export const ConfirmRecoveryPhrase = z.strictObject({
  words: z
    .record(z.string().regex(/^(?:[1-9]|1[0-2])$/, 'must be a position from 1 to 12'), z.string().max(100))
    .describe('Position in the phrase, counted from 1, to the word there: {"3": "…", "9": "…"}.'),
});

/**
 * Two words of the phrase given back show that it was written down; then sync starts, or the change that the phrase
 * belongs to.
 */
export const confirmRecoveryPhrase = async (
  deps: DeviceDeps,
  { words }: z.output<typeof ConfirmRecoveryPhrase>,
): Promise<Result<Started, ConfirmFailure | NotConfirmed>> => {
  const isKeyChange = readKeyChange(deps.database) !== undefined;
  const confirmed = await (isKeyChange ? confirmKeyChange(deps, words) : confirmAccount(deps, words));
  return confirmed.ok ? ok(await firstSync(deps)) : confirmed;
};

export const SyncNow = z.strictObject({});

export const syncNow = (deps: DeviceDeps): Promise<Result<SyncOutcome, SyncNotDone>> => syncOnce(deps);

/** What a person has to type before the copy on the service is deleted. */
export const ERASE_CONFIRMATION = 'delete the copy';

export type DisableFailure =
  NotTurnedOff | SyncNotDone | { readonly type: 'ConfirmationNeeded'; readonly words: string };

export const DisableSync = z.strictObject({
  erase_remote_copy: z
    .boolean()
    .default(false)
    .describe(
      'Also deletes the whole account on the service, for every device and with its API keys. What is on the devices stays.',
    ),
  confirm: z
    .string()
    .max(100)
    .optional()
    .describe(
      `With erase_remote_copy the words ${ERASE_CONFIRMATION}, so that nothing is deleted by a slip.`,
    ),
});

/**
 * Stops syncing and forgets the keys. The entries stay on this device, and their sealed copies on the service unless
 * they are to be deleted: then sync is off only once they are.
 */
export const disableSync = async (
  deps: DeviceDeps,
  { erase_remote_copy, confirm }: z.output<typeof DisableSync>,
): Promise<Result<SyncDisabled, DisableFailure>> => {
  if (!erase_remote_copy) return turnSyncOff(deps);
  if (confirm?.trim().toLowerCase() !== ERASE_CONFIRMATION) {
    return err({ type: 'ConfirmationNeeded', words: ERASE_CONFIRMATION });
  }
  const account = await openAccount(deps);
  if (!account.ok) return account;
  const deleted = await account.value.api.deleteAccount(account.value.state.account_id);
  if (!deleted.ok) {
    return isRefusedAs(deleted.error, 'not_found') ? err({ type: 'ServiceTooOld' }) : deleted;
  }
  const off = turnSyncOff(deps);
  return off.ok ? ok({ ...off.value, kept_on_the_service: false }) : off;
};

const firstSync = async (deps: DeviceDeps): Promise<Started> => {
  const outcome = await syncOnce(deps);
  return {
    device_id: deps.deviceId,
    first_sync: outcome.ok ? outcome.value : null,
    first_sync_failure: outcome.ok
      ? null
      : outcome.error.type === 'Refused'
        ? outcome.error.code
        : outcome.error.type,
  };
};
