/**
 * Brings an export back in. Every record keeps the stamps it was exported with, so an import is a merge like any
 * other: importing again changes nothing, an edit made since stays, and what was erased stays erased
 * (docs/decisions/0012).
 */
import { isEntityKind, ok, type Result } from '@mhb/core-domain';
import { type Group, lastStampOf, LIFE } from '@mhb/core-domain/sync';
import { z } from 'zod';
import { adoptRecords } from '../changes/local-change.ts';
import { readRecord } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { Transaction } from '../database/sql.ts';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { type JsonFileFailure, readJsonFile, Unusable } from './json-file.ts';
import type { FileRecord } from './json-record.ts';
import type { TextFileFailure } from './text-file.ts';

export const ImportJson = z.strictObject({
  file: z.string().min(1).max(4_096).describe('The path of a file that `mhb export json` wrote.'),
});

export const ImportedJson = z
  .strictObject({
    read: Count.describe('Records in the file: changed + unchanged + skipped.'),
    changed: Count.describe('Records that were not here before, or not in this state.'),
    unchanged: Count,
    skipped: Count,
    reasons: z
      .array(Unusable.unwrap().extend({ count: Count }).readonly())
      .readonly()
      .describe('Why records were skipped.'),
  })
  .readonly();
export type ImportedJson = z.infer<typeof ImportedJson>;

/** Records in one transaction: whatever breaks an import off, those before are whole. */
const BATCH = 500;

export const importJson = (
  deps: DeviceDeps,
  { file }: z.output<typeof ImportJson>,
): Result<ImportedJson, JsonFileFailure | TextFileFailure> => {
  const read = readJsonFile(file);
  if (!read.ok) return read;
  const { records } = read.value;
  const unusable = [...read.value.unusable];

  let changed = 0;
  for (let start = 0; start < records.length; start += BATCH) {
    const batch = records.slice(start, start + BATCH);
    const taken = write(deps, (tx) => takeIn(deps, tx, batch));
    changed += taken.changed;
    unusable.push(...taken.unusable);
    deps.onProgress({ step: 'import', done: start + batch.length, total: records.length });
  }
  const total = records.length + read.value.unusable.length;
  return ok({
    read: total,
    changed,
    unchanged: total - unusable.length - changed,
    skipped: unusable.length,
    reasons: countReasons(unusable),
  });
};

const takeIn = (
  deps: DeviceDeps,
  tx: Transaction,
  batch: readonly FileRecord[],
): { readonly changed: number; readonly unusable: readonly Unusable[] } => {
  const usable: FileRecord[] = [];
  const unusable: Unusable[] = [];
  for (const record of batch) {
    const held = readRecord(tx, record.id);
    if (held === undefined) usable.push(record);
    else if (held.kind === record.envelope.type)
      usable.push(withHeldLife(record, held.envelope.groups[LIFE]));
    // Merged, the two would be a record of neither kind.
    else unusable.push({ kind: kindOf(record), reason: 'its id belongs to a record of another kind here' });
  }
  return { changed: adoptRecords(deps, tx, usable), unusable };
};

const kindOf = ({ envelope: { type } }: FileRecord): Unusable['kind'] =>
  isEntityKind(type) ? type : 'unknown';

/**
 * An export tells of a record that was deleted and edited later only that it is alive. Where the device holds that
 * very deletion, it knows more, and what is held stays.
 */
const withHeldLife = (record: FileRecord, held: Group | undefined): FileRecord => {
  const { id, envelope } = record;
  const life = envelope.groups[LIFE];
  const isEditedLater = lastStampOf(envelope) !== life?.stamp;
  if (held === undefined || life?.stamp !== held.stamp || !isEditedLater) return record;
  return { id, envelope: { ...envelope, groups: { ...envelope.groups, [LIFE]: held } } };
};

const countReasons = (unusable: readonly Unusable[]): ImportedJson['reasons'] => {
  const counted = new Map<string, Unusable & { readonly count: number }>();
  for (const { kind, reason } of unusable) {
    const key = `${kind} ${reason}`;
    counted.set(key, { kind, reason, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  return [...counted.values()];
};
