/** Looking at what merges discarded on this device, and bringing it back (rule M4). */
import { entityKinds, err, Instant, instantOf, ok, RecordId, type Result } from '@mhb/core-domain';
import { DeviceId, type Group, isErased } from '@mhb/core-domain/sync';
import { z } from 'zod';
import { writeGroup } from '../changes/local-change.ts';
import {
  countMergeLedger,
  findLostValue,
  listMergeLedger,
  type LostValue,
  markRestored,
} from '../changes/merge-ledger.ts';
import { readRecord } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { DatabaseDep, DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';

const LIST_MAX = 1_000;

const LostValueId = z.string().min(1).max(200).describe('Names one lost value, as list_merge_ledger does.');

export const ListMergeLedger = z.strictObject({
  before: LostValueId.nullish().describe(
    'The id of the last one of the page before; the first page without.',
  ),
  limit: z.int().min(1).max(LIST_MAX).nullish().describe('The most that are answered.'),
});

const Fields = z
  .record(z.string(), z.unknown())
  .readonly()
  .describe('The fields that were decided together, by name, as they are in the record.');

const Side = z
  .strictObject({
    fields: Fields,
    device_id: DeviceId.describe('Which device wrote it.'),
    on_this_device: z.boolean(),
  })
  .readonly();

const Lost = z
  .strictObject({
    id: LostValueId,
    record_id: RecordId,
    kind: z.enum(entityKinds).describe('What kind of record it is.'),
    lost: Side.describe('What was let go.'),
    won: Side.describe('What took its place at that time.'),
    merged_at: Instant.describe('When the two were merged, by the clock of this device.'),
    restored_at: Instant.nullable().describe('When it was brought back; null where it was not.'),
  })
  .readonly();

export const MergeLedger = z
  .strictObject({
    items: z.array(Lost).readonly().describe('What was merged last comes first.'),
    not_restored: Count.describe('How many there are in all that were not brought back.'),
  })
  .readonly();

export const listLostValues = (
  { database, deviceId }: DatabaseDep & Pick<DeviceDeps, 'deviceId'>,
  { before, limit }: z.output<typeof ListMergeLedger>,
): Result<z.infer<typeof MergeLedger>, never> => {
  const rows = listMergeLedger(database, { before: before ?? null, limit: limit ?? LIST_MAX });
  return ok({ items: rows.map((row) => answerOf(row, deviceId)), not_restored: countMergeLedger(database) });
};

const answerOf = (
  { id, recordId, kind, lost, won, mergedAt, restoredAt }: LostValue,
  deviceId: DeviceId,
): z.infer<typeof Lost> => ({
  id,
  record_id: recordId,
  kind,
  lost: sideOf(lost, deviceId),
  won: sideOf(won, deviceId),
  merged_at: mergedAt,
  restored_at: restoredAt,
});

const sideOf = ({ stamp, ...fields }: Group, deviceId: DeviceId): z.infer<typeof Side> => {
  const device_id = DeviceId.parse(stamp.slice(-16));
  return { fields, device_id, on_this_device: device_id === deviceId };
};

export const RestoreMerged = z.strictObject({ id: LostValueId });

export const MergedRestored = z
  .strictObject({
    record_id: RecordId,
    restored: z.boolean().describe('False where it had been brought back before; then nothing was changed.'),
  })
  .readonly();

export type NotRestored =
  | { readonly type: 'LostValueNotFound'; readonly fields: readonly ['id'] }
  | { readonly type: 'RecordErased' };

/** A new edit like any other, so it wins everywhere, and takes the record out of the Trash. */
export const restoreMerged = (
  deps: DeviceDeps,
  { id }: z.output<typeof RestoreMerged>,
): Result<z.infer<typeof MergedRestored>, NotRestored> =>
  write(deps, (tx): Result<z.infer<typeof MergedRestored>, NotRestored> => {
    const value = findLostValue(tx, id);
    if (value === undefined) return wasErased(tx, id) ? err({ type: 'RecordErased' }) : notFound;
    const { recordId: record_id, groupName: name, lost } = value;
    if (value.restoredAt !== null) return ok({ record_id, restored: false });
    const { stamp: _, ...fields } = lost;
    writeGroup(deps, tx, record_id, { name, fields });
    markRestored(tx, id, instantOf(deps.clock.nowMs()));
    return ok({ record_id, restored: true });
  });

const notFound = err({ type: 'LostValueNotFound', fields: ['id'] } as const);

/** What was lost of a record goes with it when it is erased; its id is the beginning of the lost value's. */
const wasErased = (tx: Parameters<typeof readRecord>[0], id: string): boolean => {
  const recordId = RecordId.safeParse(id.split('.')[0]);
  const held = recordId.success ? readRecord(tx, recordId.data) : undefined;
  return held !== undefined && isErased(held.envelope);
};
