/**
 * Proves that both sides hold the same: the service works out a digest over what it stores, the device over what it
 * knows to be stored there, and neither sends a record for it. Where they differ the device takes in everything again
 * and uploads what the service lacks (rule D6), then compares once more.
 */
import { err, Instant, instantOf, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { countOutbox } from '../changes/outbox.ts';
import { countQuarantine } from '../changes/quarantine.ts';
import { countWithoutBase } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { presentMismatches, readManifests } from './exchange-manifests.ts';
import { changeManifestState } from './manifest-state.ts';
import { beginReconcile } from './reconcile.ts';
import { readCompleteHead, readServiceState } from './service-state.ts';
import { openAccount } from './open-account.ts';
import { type SyncNotDone, syncOnce } from './sync-once.ts';

export const VerifySync = z.strictObject({});

export const SyncVerified = z
  .strictObject({
    same: z
      .boolean()
      .describe('Whether the service holds exactly what this device has, and nothing waits to be sent.'),
    was_different: z
      .boolean()
      .describe('Whether they differed at first: then everything was taken in and sent again.'),
    records_here: Count.describe('Records on this device, deleted ones and those it can’t use yet too.'),
    records_on_the_service: Count,
    pending: Count.describe('Changes that the service has not acknowledged.'),
    quarantined: Count.describe('Records that both sides hold and this device can’t use yet.'),
    head: Count.describe('The number of the latest change on the service.'),
    checked_at: Instant,
    sentence: z.string().describe('All of this, for a person.'),
  })
  .readonly();
export type SyncVerified = z.infer<typeof SyncVerified>;

export type NotVerified = SyncNotDone | { readonly type: 'OthersAreWriting' };

export const verifySync = async (deps: DeviceDeps): Promise<Result<SyncVerified, NotVerified>> => {
  const first = await compareSides(deps);
  if (!first.ok) return first;
  const { isDifferent, othersDiffer } = first.value;
  if (!isDifferent && !othersDiffer) return ok(answerOf(deps, first.value, { was_different: false }));
  write(deps, beginReconcile);
  const second = await compareSides(deps);
  return second.ok ? ok(answerOf(deps, second.value, { was_different: isDifferent })) : second;
};

interface Compared {
  readonly isDifferent: boolean;
  /** Another device has seen something else there (rule E10). */
  readonly othersDiffer: boolean;
  readonly recordsHere: number;
  readonly recordsThere: number;
  readonly head: number;
}

/** Others may write between the sync and the question; then it is asked again. */
const ROUNDS_MAX = 5;

const compareSides = async (deps: DeviceDeps): Promise<Result<Compared, NotVerified>> => {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const compared = await syncAndCompare(deps);
    if (!compared.ok) return compared;
    if (compared.value !== undefined) return ok(compared.value);
  }
  return err({ type: 'OthersAreWriting' });
};

/** `undefined` where the two did not stand at the same head. */
const syncAndCompare = async (deps: DeviceDeps): Promise<Result<Compared | undefined, NotVerified>> => {
  const account = await openAccount(deps);
  if (!account.ok) return account;
  const { api, vault } = account.value;
  // Before the download: what the others have seen until now, it must give to this device too.
  const manifests = await readManifests(deps, api, vault);
  const synced = await syncOnce(deps);
  if (!synced.ok) return synced;
  const there = await api.digest({ device_id: deps.deviceId });
  if (!there.ok) {
    const isUnknown = there.error.type === 'Refused' && there.error.code === 'not_found';
    return isUnknown ? err({ type: 'ServiceTooOld' }) : there;
  }
  const here = readServiceState(deps.database, vault);
  if (here === undefined) {
    // A version whose hash was never kept comes again with the next round.
    if (readCompleteHead(deps.database) !== undefined) write(deps, beginReconcile);
    return ok(undefined);
  }
  if (here.head !== there.value.head) return ok(undefined);
  const others = manifests === undefined ? [] : presentMismatches(deps, vault, manifests);
  return ok({
    isDifferent: here.digest !== there.value.digest,
    // A number that went down is met with a reconciliation once, and says nothing about what is there now.
    othersDiffer: others.some(({ what }) => what !== 'count'),
    recordsHere: here.count + countWithoutBase(deps.database),
    recordsThere: there.value.count,
    head: here.head,
  });
};

const answerOf = (
  deps: DeviceDeps,
  compared: Compared,
  { was_different }: Pick<SyncVerified, 'was_different'>,
): SyncVerified => {
  const { recordsHere: records_here, recordsThere: records_on_the_service, head } = compared;
  const isMissing = compared.isDifferent || compared.othersDiffer;
  const checked_at = instantOf(deps.clock.nowMs());
  write(deps, (tx) => {
    changeManifestState(tx, ({ missing_since }) => ({
      missing_since: isMissing ? (missing_since ?? checked_at) : null,
    }));
  });
  const pending = countOutbox(deps.database);
  const facts = {
    same: !compared.isDifferent && pending === 0,
    was_different,
    records_here,
    records_on_the_service,
    pending,
    quarantined: countQuarantine(deps.database),
    head,
    checked_at,
  };
  return { ...facts, sentence: sentenceOf(facts, compared) };
};

const sentenceOf = (
  facts: Omit<SyncVerified, 'sentence'>,
  { isDifferent, othersDiffer }: Compared,
): string => {
  const [here, there] = [facts.records_here, facts.records_on_the_service].map(countOf);
  if (isDifferent) {
    return `The service does not hold what this device has: ${there ?? ''} there, ${here ?? ''} here. Nothing here is lost.`;
  }
  const others = othersDiffer ? ' Another device has seen something else there: let it sync.' : '';
  const waiting =
    facts.quarantined === 0 ? '' : ` This device can’t use ${String(facts.quarantined)} of them yet.`;
  if (!facts.same) {
    return `The service holds ${there ?? ''} as they were last sent; ${String(facts.pending)} changes wait here.${waiting}${others}`;
  }
  const mended = facts.was_different ? 'They differed and were brought together: both' : 'Both';
  return `${mended} sides hold the same ${here ?? ''}.${waiting}${others}`;
};

const countOf = (count: number): string =>
  `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? 'record' : 'records'}`;
