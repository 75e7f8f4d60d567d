/** Envelopes as devices of several versions may have written them; few stamps, so that ties are common. */
import fc from 'fast-check';
import type { EntityKind } from '../entities.ts';
import type { Json } from './canonical-json.ts';
import type { Envelope, Group } from './envelope.ts';
import { ERASED, LIFE, recordGroups } from './groups.ts';
import { DeviceId, type Stamp, stampOf } from './stamp.ts';

export const devices = ['00000000000000aa', '00000000000000bb', '00000000000000cc'].map((id) =>
  DeviceId.parse(id),
);

export const anyDevice = fc.constantFrom(...devices);

export const anyStamp: fc.Arbitrary<Stamp> = fc
  .record({ ms: fc.integer({ min: 0, max: 4 }), count: fc.integer({ min: 0, max: 1 }), device: anyDevice })
  .map(({ ms, count, device }) => stampOf(1_700_000_000_000 + ms, count, device));

const anyField: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, 1, -1, 0.5, '', 'a', 'é', '😀', []),
  fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }),
);

/** A group with these fields, and sometimes one that only a newer app knows. */
const anyGroup = (fields: readonly string[]): fc.Arbitrary<Group> =>
  fc
    .tuple(
      anyStamp,
      fc.tuple(...fields.map(() => anyField)),
      fc.option(anyField, { freq: 4, nil: undefined }),
    )
    .map(([stamp, values, newer]) => ({
      ...Object.fromEntries(fields.map((field, index) => [field, values[index] ?? null])),
      ...(newer === undefined ? {} : { from_a_newer_app: newer }),
      stamp,
    }));

const anyLife: fc.Arbitrary<Group> = fc.record({
  stamp: anyStamp,
  deleted_at: fc.constantFrom(null, '2025-03-10T12:00:00.000Z', '2025-03-11T12:00:00.000Z'),
});

const anyErased: fc.Arbitrary<Group> = anyStamp.map((stamp) => ({ stamp }));

/** What a device may have written of one record: some of its groups, unknown ones, deleted or erased. */
export const anyEnvelope = (kind: EntityKind): fc.Arbitrary<Envelope> => {
  const table: Readonly<Record<string, readonly string[]>> = recordGroups[kind];
  const known = Object.entries(table).map(([name, fields]) => [name, anyGroup(fields)] as const);
  const groups = fc.record(
    { ...Object.fromEntries(known), unknown_group: anyGroup(['something']), [LIFE]: anyLife },
    { requiredKeys: [] },
  );
  const living = fc
    .tuple(groups, fc.constantFrom(1, 2))
    .map(([written, schema]): Envelope => ({ v: 1, type: kind, schema, groups: defined(written) }));
  const erased = anyErased.map((group): Envelope => ({
    v: 1,
    type: kind,
    schema: 1,
    groups: { [ERASED]: group },
  }));
  return fc.oneof({ weight: 9, arbitrary: living }, { weight: 1, arbitrary: erased });
};

/** What several devices wrote to one record. */
export const anyHistory = (kind: EntityKind): fc.Arbitrary<Envelope[]> =>
  fc.array(anyEnvelope(kind), { minLength: 1, maxLength: 12 });

const defined = (groups: Readonly<Record<string, Group | undefined>>): Record<string, Group> =>
  Object.fromEntries(
    Object.entries(groups).flatMap(([name, group]) => (group === undefined ? [] : [[name, group]])),
  );
