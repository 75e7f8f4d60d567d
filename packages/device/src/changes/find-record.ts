/** Finds the record that a command is about, or says which field names none. */
import { type Entity, type EntityKind, err, ok, type RecordId, type Result } from '@mhb/core-domain';
import type { EntityState } from '@mhb/core-domain/sync';
import type { Reader } from '../database/sql.ts';
import { readEntity } from './records.ts';

export interface NotFound {
  readonly type: 'NotFound';
  readonly fields: readonly string[];
}

interface Search<K extends EntityKind> {
  readonly kind: K;
  readonly id: RecordId;
  /** The field of the input that named it. */
  readonly field: string;
}

/** A living record of the kind. */
export const findLiving = <K extends EntityKind>(
  db: Reader,
  search: Search<K>,
): Result<Entity<K>, NotFound> => {
  const found = findAny(db, search);
  if (!found.ok || found.value.deleted_at === null) return found.ok ? ok(found.value.entity) : found;
  return err({ type: 'NotFound', fields: [search.field] });
};

/** A record of the kind, living or deleted. */
export const findAny = <K extends EntityKind>(
  db: Reader,
  { kind, id, field }: Search<K>,
): Result<EntityState<K>, NotFound> => {
  const state = readEntity(db, id);
  return state !== undefined && isOfKind(state, kind)
    ? ok(state)
    : err({ type: 'NotFound', fields: [field] });
};

const isOfKind = <K extends EntityKind>(state: EntityState, kind: K): state is EntityState<K> =>
  state.kind === kind;
