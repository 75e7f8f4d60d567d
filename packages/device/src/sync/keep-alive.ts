/**
 * Keeps what another device deleted. A deletion is answered with a restore, which is a later edit. An erase is final
 * (rule M6), so what was erased is kept as a new record, and what named the old one names the copy.
 */
import { type EntityKind, entitySchemas, RecordId } from '@mhb/core-domain';
import { type EntityState, entityOf } from '@mhb/core-domain/sync';
import type { HeldDeletion } from '../changes/held-deletions.ts';
import { createRecord, editRecord, restoreRecord } from '../changes/local-change.ts';
import { listEnvelopes, readEntity } from '../changes/records.ts';
import type { Transaction } from '../database/sql.ts';
import type { ArrivalDeps } from './large-deletions.ts';
import { takeOut } from './large-deletions.ts';
import type { LocalChangeDeps, NewIdDep } from '../deps.ts';
import type { OpenedArrival } from './opened-arrival.ts';

type Copies = ReadonlyMap<string, RecordId>;

/** Answers how many are new copies. */
export const keepAlive = (
  deps: ArrivalDeps & LocalChangeDeps & NewIdDep,
  tx: Transaction,
  opened: readonly (OpenedArrival & { readonly held: HeldDeletion })[],
): number => {
  const living = opened.flatMap(({ held }) => {
    const state = readEntity(tx, held.recordId);
    return state?.deleted_at === null ? [{ held, state }] : [];
  });
  const erased = living.filter(({ held }) => held.erases);
  const copies: Copies = new Map(
    erased.map(({ held }) => [held.recordId, RecordId.parse(deps.newId())] as const),
  );
  takeOut(deps, tx, opened);
  for (const { held, state } of living) {
    const copyId = copies.get(held.recordId);
    if (copyId === undefined) restoreRecord(deps, tx, held.recordId);
    else copy(deps, tx, state, { copyId, copies });
  }
  if (copies.size > 0) for (const kind of naming) nameCopies(deps, tx, kind, copies);
  return copies.size;
};

/** The kinds whose records name others. */
const naming = ['activity', 'activity_goal', 'activity_log', 'mood_entry'] as const;

const copy = <K extends EntityKind>(
  deps: LocalChangeDeps,
  tx: Transaction,
  { kind, entity }: EntityState<K>,
  { copyId, copies }: { readonly copyId: RecordId; readonly copies: Copies },
): void => {
  createRecord(deps, tx, kind, withCopies(kind, { ...entity, id: copyId }, copies));
};

const nameCopies = (deps: LocalChangeDeps, tx: Transaction, kind: EntityKind, copies: Copies): void => {
  for (const { id, envelope } of listEnvelopes(tx, kind)) {
    const state = entityOf(id, envelope);
    if (!state.ok || state.value.deleted_at !== null) continue;
    const { entity } = state.value;
    editRecord(deps, tx, kind, withCopies(kind, entity, copies));
  }
};

/** The entity with the copies' ids in place of those that were erased. An edit that changes nothing is no change. */
const withCopies = <K extends EntityKind>(
  kind: K,
  entity: object,
  copies: Copies,
): EntityState<K>['entity'] => {
  const named = Object.entries(entity).map(([field, value]: [string, unknown]) => {
    if (field === 'activity_ids' && Array.isArray(value)) {
      return [field, value.map((id: unknown) => renamed(id, copies))];
    }
    return [field, field === 'activity_id' || field === 'group_id' ? renamed(value, copies) : value];
  });
  // Only ids were exchanged for ids of the same kind; the schema holds it.
  return entitySchemas[kind].parse(Object.fromEntries(named)) as EntityState<K>['entity'];
};

const renamed = (id: unknown, copies: Copies): unknown =>
  (typeof id === 'string' ? copies.get(id) : undefined) ?? id;
