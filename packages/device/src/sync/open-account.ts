/** The way to the account that sync is on for: its keys, its service, and what time it is there. */
import { err, ok, type Result } from '@mhb/core-domain';
import type { DatabaseDep, DeviceDeps } from '../deps.ts';
import { type KeysFailure, type KnownAccount, openKnownAccount } from './account-keys.ts';
import type { ServiceTimeDep } from './service-time.ts';
import type { SyncApi } from './sync-api.ts';
import { readSyncState, type SyncState } from './sync-state.ts';

export type SyncNotOn = { readonly type: 'SyncIsOff' } | { readonly type: 'RecoveryPhraseNotConfirmed' };

export const readWhetherOn = ({ database }: DatabaseDep): Result<SyncState, SyncNotOn> => {
  const state = readSyncState(database);
  if (state === undefined) return err({ type: 'SyncIsOff' });
  return state.confirm_positions === null ? ok(state) : err({ type: 'RecoveryPhraseNotConfirmed' });
};

/** The account sync is on for, with its keys, and the way to its service. */
export interface OpenAccount extends KnownAccount, ServiceTimeDep {
  readonly api: SyncApi;
}

export const openAccount = async (
  deps: DeviceDeps,
): Promise<Result<OpenAccount, SyncNotOn | KeysFailure>> => {
  const state = readWhetherOn(deps);
  if (!state.ok) return state;
  const known = await openKnownAccount(deps, state.value);
  if (!known.ok) return known;
  let compared: { readonly sentAtMs: number; readonly aheadMs: number } | undefined;
  const api = deps.connect({
    url: state.value.url,
    apiKey: known.value.secrets.api_key,
    // Against the time when it was asked: an answer may be read long after, by a computer that slept meanwhile, and
    // must not make this clock look ahead.
    onSend: () => {
      const sentAtMs = deps.clock.nowMs();
      return (serviceMs) => {
        compared = { sentAtMs, aheadMs: serviceMs - sentAtMs };
      };
    },
  });
  // A clock that was put back since then is no longer the one that was compared.
  const serviceAheadMs = (): number | undefined =>
    compared === undefined || deps.clock.nowMs() < compared.sentAtMs ? undefined : compared.aheadMs;
  return ok({ ...known.value, api, serviceAheadMs });
};
