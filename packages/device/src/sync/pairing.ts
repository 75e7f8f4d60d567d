/**
 * How a device that is in lets another one in (rule E6): it gives the service a sealed message with everything the
 * other one needs, to be read once, and its person the link that opens it.
 *
 *   in:  key for the new device ─► seal ─► PUT mailbox ─► link
 *   new: link ─► GET mailbox, once ─► open ─► keyring, not older than the message says ─► sync
 */
import { err, type Instant, instantOf, ok, type Result } from '@mhb/core-domain';
import type { KeyId } from '@mhb/core-domain/wire';
import type { DeviceDeps } from '../deps.ts';
import {
  mailboxTokenHashOf,
  mailboxTokenOf,
  newPairingKey,
  openPairingMessage,
  type PairingMessage,
  type PairingNotOpened,
  sealPairingMessage,
} from '../vault/pairing.ts';
import { receivedSealed } from '../vault/seal.ts';
import { loadCipher } from '../vault/cipher.ts';
import { formatPairingLink, type PairingLink } from './pairing-link.ts';
import { isOtherHistory, isRefusedAs } from './refused.ts';
import { readServiceState } from './service-state.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';
import { openAccount } from './open-account.ts';
import { type SyncNotDone, syncOnce } from './sync-once.ts';
import { readCursor } from './sync-state.ts';

export type LinkFailure = SyncNotDone;

const seenOf = (state: ReturnType<typeof readServiceState>): PairingMessage['seen'] =>
  state === undefined ? null : { head: state.head, digest: state.digest };

/** The same for every device, so that it tells nothing. */
const LABEL = 'paired device';

export const leavePairingMessage = async (
  deps: DeviceDeps,
): Promise<Result<{ readonly pairing_link: string; readonly expires_at: Instant }, LinkFailure>> => {
  const synced = await syncToTheEnd(deps);
  if (!synced.ok) return synced;
  const account = await openAccount(deps);
  if (!account.ok) return account;
  const { api, state, secrets, vault } = account.value;
  const made = await api.createKey({ label: LABEL });
  if (!made.ok) return made;

  const key = newPairingKey(state.account_id, deps.randomBytes);
  const message: PairingMessage = {
    v: 1,
    account_id: state.account_id,
    api_key: made.value.api_key,
    master_secret: secrets.master_secret,
    keyring_generation: state.generation,
    cursor: readCursor(deps.database),
    seen: seenOf(readServiceState(deps.database, vault)),
  };
  const stored = await api.putMailbox({
    id: key.mailboxId,
    token_hash: mailboxTokenHashOf(key),
    sealed: sealPairingMessage(message, key, deps.randomBytes),
  });
  if (!stored.ok) {
    // Nobody will ever have this key. Where it can't be taken back now, it is listed and stays unused.
    await api.revokeKey(made.value.key_id);
    return isRefusedAs(stored.error, 'not_found') ? err({ type: 'ServiceTooOld' }) : stored;
  }
  await revokeUnusedKeys(api, made.value.key_id);
  return ok({
    pairing_link: formatPairingLink({ url: state.url, ...key }),
    expires_at: instantOf(deps.clock.nowMs() + stored.value.expires_in_seconds * 1_000),
  });
};

/** Links that nobody used leave their keys behind, which would fill the account. By the service's days. */
const revokeUnusedKeys = async (api: SyncApi, madeNow: KeyId): Promise<void> => {
  const listed = await api.listKeys();
  if (!listed.ok) return;
  const { keys } = listed.value;
  const today = keys.find(({ key_id }) => key_id === madeNow)?.created_on ?? '';
  const unused = keys.filter(
    ({ label, created_on, last_used_on, revoked_on }) =>
      label === LABEL && created_on < today && last_used_on === null && revoked_on === null,
  );
  for (const { key_id } of unused) await api.revokeKey(key_id);
};

/**
 * So that the new device finds everything, and the cursor it is given covers what was sent last: only a download
 * moves it. A service without room for more still lets a device in.
 */
const syncToTheEnd = async (deps: DeviceDeps): Promise<Result<unknown, SyncNotDone>> => {
  const first = await syncOnce(deps);
  if (!first.ok) return isRefusedAs(first.error, 'quota_exceeded') ? ok(undefined) : first;
  return first.value.uploaded === 0 ? first : syncOnce(deps);
};

export type ReadFailure = SyncFailure | PairingNotOpened | { readonly type: 'PairingLinkUsedUp' };

/** Uses the link up. */
export const readPairingMessage = async (
  deps: Pick<DeviceDeps, 'connect'>,
  { url, ...key }: PairingLink,
): Promise<Result<PairingMessage, ReadFailure>> => {
  await loadCipher();
  const given = await deps.connect({ url }).openMailbox({ id: key.mailboxId, token: mailboxTokenOf(key) });
  if (!given.ok) return isRefusedAs(given.error, 'not_found') ? err({ type: 'PairingLinkUsedUp' }) : given;
  return openPairingMessage(receivedSealed(Buffer.from(given.value.sealed, 'base64')), key);
};

/** The service may hold an older state than the other device has seen: restored from a backup, or kept back. */
export const compareWithSeen = async (
  { deviceId }: Pick<DeviceDeps, 'deviceId'>,
  api: Pick<SyncApi, 'download'>,
  { cursor, seen }: PairingMessage,
): Promise<Result<void, SyncFailure | { readonly type: 'ServiceIsBehind' }>> => {
  if (cursor === null) return ok(undefined);
  const page = await api.download({ device_id: deviceId, since: cursor, limit: 1 });
  if (!page.ok) return isOtherHistory(page.error) ? err({ type: 'ServiceIsBehind' }) : page;
  return page.value.head < (seen?.head ?? 0) ? err({ type: 'ServiceIsBehind' }) : ok(undefined);
};
