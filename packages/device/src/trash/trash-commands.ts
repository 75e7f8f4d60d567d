/** What a person can do with what was deleted: look at it, bring it back, erase it. */
import {
  entityKinds,
  type EntityKind,
  err,
  Instant,
  instantOf,
  ok,
  RecordId,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { NotFound } from '../changes/find-record.ts';
import { eraseRecord, restoreRecord } from '../changes/local-change.ts';
import { readEntities, readEntity } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { Transaction } from '../database/sql.ts';
import type { ClockDep, DatabaseDep, DeviceDeps } from '../deps.ts';
import { AnyEntity, Count } from '../entity-answers.ts';
import { erasedAfter } from './trash-days.ts';
import { countTrashed, listDeletedGroupOf, listDeletedWithGroup, listTrashed } from './trash-repository.ts';

const TRASH_LIST_MAX = 1_000;

export const ListTrash = z.strictObject({
  kind: z.enum(entityKinds).nullish().describe('One kind alone; all where nothing is given.'),
  limit: z
    .int()
    .min(1)
    .max(TRASH_LIST_MAX)
    .nullish()
    .describe('The most that are answered, the last deleted of them.'),
});

const kind = z.enum(entityKinds).describe('What kind of record it is.');

const Trashed = z
  .strictObject({
    id: RecordId,
    kind,
    deleted_at: Instant,
    erased_after: Instant.nullable().describe(
      'When it will be erased. Null while living entries still name it: then it stays until a person erases it.',
    ),
    record: AnyEntity.nullable().describe('What it was.'),
  })
  .readonly();

export const TrashList = z
  .strictObject({
    items: z.array(Trashed).readonly().describe('What was deleted last comes first.'),
    total: Count.describe('How many there are in all, those beyond the limit too.'),
  })
  .readonly();

export const listTrash = (
  { clock, database }: ClockDep & DatabaseDep,
  input: z.output<typeof ListTrash>,
): Result<z.infer<typeof TrashList>, never> => {
  const now = instantOf(clock.nowMs());
  const wanted = input.kind ?? null;
  const rows = listTrashed(database, { kind: wanted, limit: input.limit ?? TRASH_LIST_MAX });
  const states = readEntities(
    database,
    rows.map(({ id }) => id),
  );
  const items = rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    deleted_at: row.deleted_at,
    erased_after: erasedAfter(row, now),
    record: states.get(row.id)?.entity ?? null,
  }));
  return ok({ items, total: countTrashed(database, wanted) });
};

export const Restore = z.strictObject({ id: RecordId });

export const Restored = z
  .strictObject({
    kind,
    restored: Count.describe('How many records came back, with what went along; 0 where it was alive.'),
  })
  .readonly();

/**
 * Takes a record of any kind out of the Trash; a living one stays as it is. A group brings back the activities that
 * went with it, and an activity the group it is in.
 */
export const restore = (
  deps: DeviceDeps,
  { id }: z.output<typeof Restore>,
): Result<z.infer<typeof Restored>, NotFound> =>
  write(deps, (tx) => {
    const state = readEntity(tx, id);
    if (state === undefined) return err({ type: 'NotFound', fields: ['id'] });
    if (state.deleted_at === null) return ok({ kind: state.kind, restored: 0 });
    const together = [...restoredWith(tx, { id, kind: state.kind, deletedAt: state.deleted_at }), id];
    for (const each of together) restoreRecord(deps, tx, each);
    return ok({ kind: state.kind, restored: together.length });
  });

export const Erase = z.strictObject({ id: RecordId });

export const Erased = z.strictObject({ kind }).readonly();

/** Removes something in the Trash for good, here and with the next sync everywhere. */
export const erase = (
  deps: DeviceDeps,
  { id }: z.output<typeof Erase>,
): Result<z.infer<typeof Erased>, NotFound | { readonly type: 'NotInTrash'; readonly fields: ['id'] }> =>
  write(deps, (tx) => {
    const state = readEntity(tx, id);
    if (state === undefined) return err({ type: 'NotFound', fields: ['id'] });
    if (state.deleted_at === null) return err({ type: 'NotInTrash', fields: ['id'] });
    eraseRecord(deps, tx, id);
    return ok({ kind: state.kind });
  });

/** What comes back along with it. */
const restoredWith = (
  tx: Transaction,
  {
    id,
    kind: ofKind,
    deletedAt,
  }: { readonly id: RecordId; readonly kind: EntityKind; readonly deletedAt: Instant },
): readonly RecordId[] => {
  if (ofKind === 'activity_group') return listDeletedWithGroup(tx, { id, deletedAt });
  return ofKind === 'activity' ? listDeletedGroupOf(tx, id) : [];
};
