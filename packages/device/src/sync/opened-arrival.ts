/** What the service sent, opened. No database: this is the slow half, done before a transaction begins. */
import { err, isEntityKind, ok, type Result } from '@mhb/core-domain';
import { entityOf, isErased, readEnvelope } from '@mhb/core-domain/sync';
import type { StoredRecord } from '@mhb/core-domain/wire';
import type { QuarantinedRecord } from '../changes/quarantine.ts';
import type { ArrivedRecord } from '../changes/remote-change.ts';
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

export const openArrival = (vault: Vault, received: QuarantinedRecord): OpenedArrival => ({
  received,
  opened: openRecord(vault, received),
});

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
