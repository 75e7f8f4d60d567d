/**
 * Everything a person has entered, as one JSON document that two synced devices write byte for byte alike.
 *
 *   { "format": "mental-health-bar", "version": 1, "records": { "mood_entry": [ … ], … } }
 *
 * Kinds, records (by id) and members are sorted; deleted records are included with `deleted_at`. Each record carries
 * the `stamps` of its groups, which is what an import needs to merge instead of overwrite. Nothing of the device
 * itself is in it: no device id, no cursor, no reminder state. `json-record.ts` draws a record.
 */
import { entityKinds } from '@mhb/core-domain';
import { canonicalJson } from '@mhb/core-domain/sync';
import { listEnvelopes } from '../changes/records.ts';
import type { DatabaseDep } from '../deps.ts';
import { writeRecord } from './json-record.ts';

export const EXPORT_FORMAT = 'mental-health-bar';
export const EXPORT_VERSION = 1;

/** The document, without a line end. */
export const exportJson = ({ database }: DatabaseDep): string => {
  const records = Object.fromEntries(
    entityKinds.map((kind) => [
      kind,
      listEnvelopes(database, kind).map((record) => writeRecord(kind, record)),
    ]),
  );
  return canonicalJson({ format: EXPORT_FORMAT, version: EXPORT_VERSION, records });
};
