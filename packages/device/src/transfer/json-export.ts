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
import { listEnvelopes } from '../changes/records.ts';
import type { DatabaseDep } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { type NotExported, writeExport } from './export-files.ts';
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

export const ExportJson = z.strictObject({
  to: z.string().min(1).max(4_096).describe('The path of the file to write.'),
  replace: z.boolean().default(false).describe('Whether a file that is there may be written over.'),
});

export const ExportedJson = z.strictObject({ bytes: Count }).readonly();

/** The same document in a file that only its owner reads. */
export const exportJsonFile = (
  deps: DatabaseDep,
  { to, replace }: z.output<typeof ExportJson>,
): Result<z.infer<typeof ExportedJson>, NotExported> => {
  const text = `${exportJson(deps)}\n`;
  const written = writeExport(dirname(to), [{ file: basename(to), text }], { replace });
  return written.ok ? ok({ bytes: Buffer.byteLength(text) }) : written;
};
