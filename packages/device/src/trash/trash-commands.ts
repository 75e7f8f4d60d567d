/** What a person can do with what was deleted: look at it, bring it back, erase it. */
import {
  type Entity,
  type EntityKind,
  err,
  type Instant,
  instantOf,
  isEntityKind,
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
import { erasedAfter } from './trash-days.ts';
import { countTrashed, listDeletedGroupOf, listDeletedWithGroup, listTrashed } from './trash-repository.ts';

const TRASH_LIST_MAX = 1_000;

export const ListTrash = z.strictObject({
  kind: z
    .custom<EntityKind>((text) => typeof text === 'string' && isEntityKind(text), 'is not a kind')
    .nullish(),
  limit: z.int().min(1).max(TRASH_LIST_MAX).nullish(),
});

export interface Trashed {
  readonly id: RecordId;
  readonly kind: EntityKind;
  readonly deleted_at: Instant;
  /** Null while living entries still name it: then it stays until a person erases it. */
  readonly erased_after: Instant | null;
  /** What it was. */
  readonly record: Entity | null;
}

/** What was deleted last comes first. `total` counts those beyond the limit too. */
export const listTrash = (
  { clock, database }: ClockDep & DatabaseDep,
  input: z.output<typeof ListTrash>,
): Result<{ readonly items: readonly Trashed[]; readonly total: number }, never> => {
  const now = instantOf(clock.nowMs());
  const kind = input.kind ?? null;
  const rows = listTrashed(database, { kind, limit: input.limit ?? TRASH_LIST_MAX });
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
  return ok({ items, total: countTrashed(database, kind) });
};

export const Restore = z.strictObject({ id: RecordId });

/**
 * Takes a record of any kind out of the Trash; a living one stays as it is. A group brings back the activities that
 * went with it, and an activity the group it is in.
 */
export const restore = (
  deps: DeviceDeps,
  { id }: z.output<typeof Restore>,
): Result<{ readonly kind: EntityKind; readonly restored: number }, NotFound> =>
  write(deps, (tx) => {
    const state = readEntity(tx, id);
    if (state === undefined) return err({ type: 'NotFound', fields: ['id'] });
    if (state.deleted_at === null) return ok({ kind: state.kind, restored: 0 });
    const together = [...restoredWith(tx, { id, kind: state.kind, deletedAt: state.deleted_at }), id];
    for (const each of together) restoreRecord(deps, tx, each);
    return ok({ kind: state.kind, restored: together.length });
  });

export const Erase = z.strictObject({ id: RecordId });

/** Removes something in the Trash for good, here and with the next sync everywhere. */
export const erase = (
  deps: DeviceDeps,
  { id }: z.output<typeof Erase>,
): Result<
  { readonly kind: EntityKind },
  NotFound | { readonly type: 'NotInTrash'; readonly fields: ['id'] }
> =>
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
  { id, kind, deletedAt }: { readonly id: RecordId; readonly kind: EntityKind; readonly deletedAt: Instant },
): readonly RecordId[] => {
  if (kind === 'activity_group') return listDeletedWithGroup(tx, { id, deletedAt });
  return kind === 'activity' ? listDeletedGroupOf(tx, id) : [];
};
