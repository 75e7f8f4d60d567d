/**
 * Everything a person has entered, as one JSON document that two synced devices write byte for byte alike.
 *
 *   { "format": "mental-health-bar", "version": 1, "records": { "mood_entry": [ … ], … } }
 *
 * Kinds, records (by id) and members are sorted; deleted records are included with `deleted_at`. Each record carries
 * the `stamps` of its groups, which is what an import needs to merge instead of overwrite. Nothing of the device
 * itself is in it: no device id, no cursor, no reminder state. `json-record.ts` draws a record.
 */
import { entityKinds, ok, type Result } from '@mhb/core-domain';
import { canonicalJson } from '@mhb/core-domain/sync';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { countRecords, listEnvelopes } from '../changes/records.ts';
import type { DatabaseDep, ProgressDep } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { type NotExported, writeExport } from './export-files.ts';
import { writeRecord } from './json-record.ts';

export const EXPORT_FORMAT = 'mental-health-bar';
export const EXPORT_VERSION = 1;

const PROGRESS_EVERY = 1_000;

/** The document, without a line end. In canonical JSON, record by record, so that a long history tells how far it is. */
export const exportJson = ({ database, onProgress }: DatabaseDep & ProgressDep): string => {
  const total = countRecords(database);
  let done = 0;
  const kinds = entityKinds.toSorted().map((kind) => {
    const records = listEnvelopes(database, kind).map((record) => {
      done += 1;
      if (done % PROGRESS_EVERY === 0) onProgress({ step: 'export', done, total });
      return canonicalJson(writeRecord(kind, record));
    });
    return `"${kind}":[${records.join(',')}]`;
  });
  return `{"format":"${EXPORT_FORMAT}","records":{${kinds.join(',')}},"version":${String(EXPORT_VERSION)}}`;
};

export const ExportJson = z.strictObject({
  to: z.string().min(1).max(4_096).describe('The path of the file to write.'),
  replace: z.boolean().default(false).describe('Whether a file that is there may be written over.'),
});

export const ExportedJson = z.strictObject({ bytes: Count }).readonly();

/** The same document in a file that only its owner reads. */
export const exportJsonFile = (
  deps: DatabaseDep & ProgressDep,
  { to, replace }: z.output<typeof ExportJson>,
): Result<z.infer<typeof ExportedJson>, NotExported> => {
  const text = `${exportJson(deps)}\n`;
  const written = writeExport(dirname(to), [{ file: basename(to), text }], { replace });
  return written.ok ? ok({ bytes: Buffer.byteLength(text) }) : written;
};
