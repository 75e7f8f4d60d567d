/** Opens what the service sent and lets it in through the door, or keeps it in quarantine (rule O5). */
import { entityOf, isErased, readEnvelope } from '@mhb/core-domain/sync';
import type { StoredRecord } from '@mhb/core-domain/wire';
import { err, isEntityKind, ok, type Result } from '@mhb/core-domain';
import {
  countQuarantine,
  listQuarantine,
  quarantine,
  type QuarantinedRecord,
  releaseFromQuarantine,
} from '../changes/quarantine.ts';
import { type ArrivedRecord, type Arrival, recordRemoteChanges } from '../changes/remote-change.ts';
import type { Transaction } from '../database/sql.ts';
import type { ChangeFeedDep } from '../deps.ts';
import { sealedHash } from '../vault/sealed-hash.ts';
import type { Vault } from '../vault/vault.ts';

/** A record as it came, and what it turned out to be. */
export interface OpenedArrival {
  readonly received: QuarantinedRecord;
  readonly opened: Result<ArrivedRecord, { readonly type: string }>;
}

export const receivedOf = ({ id, seq, sealed }: StoredRecord): QuarantinedRecord => ({
  id,
  seq,
  sealed: Buffer.from(sealed, 'base64'),
});

/** No database: this is the slow half, done before the transaction begins. */
export const openArrival = (vault: Vault, received: QuarantinedRecord): OpenedArrival => ({
  received,
  opened: openRecord(vault, received),
});

/** Answers what became of them, the usable ones first. */
export const takeIn = (
  deps: ChangeFeedDep,
  tx: Transaction,
  arrivals: readonly OpenedArrival[],
): readonly (Arrival | 'quarantined')[] => {
  // Nearly always there is nothing in quarantine, and nothing to look for.
  const waiting = new Set<string>(countQuarantine(tx) === 0 ? [] : listQuarantine(tx).map(({ id }) => id));
  for (const { received, opened } of arrivals) {
    if (!opened.ok) quarantine(tx, received, opened.error.type);
    else if (waiting.has(received.id)) releaseFromQuarantine(tx, received.id);
  }
  const usable = arrivals.flatMap(({ opened }) => (opened.ok ? [opened.value] : []));
  const quarantined = Array<'quarantined'>(arrivals.length - usable.length).fill('quarantined');
  return [...recordRemoteChanges(deps, tx, usable), ...quarantined];
};

const openRecord = (vault: Vault, received: QuarantinedRecord): OpenedArrival['opened'] => {
  const record = vault.openRecord(received);
  if (!record.ok) return record;
  const envelope = readEnvelope(record.value.value);
  if (!envelope.ok) return envelope;
  const { seq, sealed } = received;
  const arrived = {
    id: record.value.recordId,
    envelope: envelope.value,
    seq,
    sealedHash: sealedHash(sealed),
  };
  if (isErased(envelope.value))
    return isEntityKind(envelope.value.type) ? ok(arrived) : err({ type: 'NewerSchema' });
  const state = entityOf(arrived.id, envelope.value);
  return state.ok ? ok({ ...arrived, state: state.value }) : state;
};
