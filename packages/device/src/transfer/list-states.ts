/** Every record of a kind as the rest of the app knows it, in order of id; the erased are left out. */
import { assert, type Entity, type EntityKind, type Instant } from '@mhb/core-domain';
import { entityOf } from '@mhb/core-domain/sync';
import { listEnvelopes } from '../changes/records.ts';
import type { Reader } from '../database/sql.ts';

export const listStates = <K extends EntityKind>(
  db: Reader,
  kind: K,
): readonly { readonly entity: Entity<K>; readonly deleted_at: Instant | null }[] =>
  listEnvelopes(db, kind).map(({ id, envelope }) => {
    const state = entityOf(id, envelope);
    assert(state.ok, 'a stored envelope describes an entity');
    // The list was asked for this kind.
    return { entity: state.value.entity as Entity<K>, deleted_at: state.value.deleted_at };
  });
