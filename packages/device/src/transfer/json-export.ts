/**
 * Everything a person has entered, as one JSON document that two synced devices write byte for byte alike.
 *
 *   { "format": "mental-health-bar", "version": 1, "records": { "mood_entry": [ … ], … } }
 *
 * Kinds, records (by id) and members are sorted; deleted records are included with `deleted_at`. Each record carries
 * the `stamps` of its groups, which is what an import needs to merge instead of overwrite. Nothing of the device
 * itself is in it: no device id, no cursor, no reminder state.
 */
import { entityKinds, type RecordId } from '@mhb/core-domain';
import { canonicalJson, deletedAt, type Envelope, type Json } from '@mhb/core-domain/sync';
import { listEnvelopes } from '../changes/records.ts';
import type { DatabaseDep } from '../deps.ts';

export const EXPORT_FORMAT = 'mental-health-bar';
export const EXPORT_VERSION = 1;

/** The document, without a line end. */
export const exportJson = ({ database }: DatabaseDep): string => {
  const records = Object.fromEntries(
    entityKinds.map((kind) => [
      kind,
      listEnvelopes(database, kind).map(({ id, envelope }) => toJson(id, envelope)),
    ]),
  );
  return canonicalJson({ format: EXPORT_FORMAT, version: EXPORT_VERSION, records });
};

/** Fields of a newer app are exported like those that are known here. */
const toJson = (id: RecordId, envelope: Envelope): Json => {
  const fields: Record<string, Json> = {};
  const stamps: Record<string, Json> = {};
  for (const [name, { stamp, ...members }] of Object.entries(envelope.groups)) {
    Object.assign(fields, members);
    stamps[name] = stamp;
  }
  return { ...fields, id, deleted_at: deletedAt(envelope), stamps };
};
