/** What the service sent, opened. No database: this is the slow half, done before a transaction begins. */
import { err, isEntityKind, ok, type RecordId, type Result } from '@mhb/core-domain';
import { entityOf, isErased, readEnvelope } from '@mhb/core-domain/sync';
import type { StoredRecord } from '@mhb/core-domain/wire';
import type { QuarantinedRecord } from '../changes/quarantine.ts';
import type { ArrivedRecord } from '../changes/remote-change.ts';
import { sealedHash } from '../vault/sealed-hash.ts';
import type { Vault } from '../vault/vault.ts';
import type { SyncApi } from './sync-api.ts';

/** A record as it came, and what it turned out to be. */
export interface OpenedArrival {
  readonly received: QuarantinedRecord;
  readonly opened: Result<ArrivedRecord, NotOpened>;
}

export interface NotOpened {
  readonly type: string;
  /** Of which record it should have been a version, where it was damaged and may be replaced. */
  readonly damaged?: RecordId;
}

export const receivedOf = ({ id, seq, sealed }: StoredRecord): QuarantinedRecord => ({
  id,
  seq,
  sealed: Buffer.from(sealed, 'base64'),
});

/** What was damaged on its way is no reason to replace what is stored, so that needs a service that compares hashes. */
export const openArrival = (
  vault: Vault,
  received: QuarantinedRecord,
  { comparesHashes }: Pick<SyncApi, 'comparesHashes'> = { comparesHashes: false },
): OpenedArrival => {
  const opened = openRecord(vault, received);
  const isDamaged = !opened.ok && opened.error.type === 'CannotOpen' && comparesHashes;
  const damaged = isDamaged ? vault.recordIdOf(received.id) : undefined;
  return { received, opened: damaged === undefined ? opened : err({ type: 'CannotOpen', damaged }) };
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
