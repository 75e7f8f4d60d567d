/**
 * Years of a heavy user as the JSON export that a device of theirs would write: the same seed gives the same bytes.
 * A device that imports it holds what a person's device holds: rows, stamps, outbox and all.
 *
 * Year 0 is the one that ends at `NOW`, year 1 the one before. Every year has chance of its own, so a longer history
 * is a shorter one with older years before it, and their newest pages are the same.
 */
import { type Entity, type EntityKind, entityKinds, instantOf } from '@mhb/core-domain';
import { canonicalJson, DeviceId, type Json, LIFE, recordGroups, stampOf } from '@mhb/core-domain/sync';
import { chanceFrom } from './chance.ts';
import { type Keep, type Life } from './heavy-user.ts';
import { writeYear } from './ten-years-entries.ts';
import { chooseThings, type Things } from './ten-years-things.ts';

/** A chapter of a life: some of its years, with the activities and goals that all of them share. */
export const historyDocument = (
  life: Life,
  { firstYear, years }: { readonly firstYear: number; readonly years: number },
): string => {
  const recordsByKind = new Map<EntityKind, Map<string, Json>>(entityKinds.map((kind) => [kind, new Map()]));
  const keep: Keep = (kind, entity, deletedAt = null) => {
    recordsByKind.get(kind)?.set(entity.id, recordOf(kind, entity, deletedAt));
  };
  const things: Things = chooseThings(life, keep);
  for (let year = firstYear; year < firstYear + years; year += 1) {
    writeYear({ life, year, things, chance: chanceFrom(life.seed + 7_919 * (year + 1)) }, keep);
  }
  return canonicalJson({
    format: 'mental-health-bar',
    version: 1,
    records: Object.fromEntries([...recordsByKind].map(([kind, records]) => [kind, inOrderOfId(records)])),
  });
};

const inOrderOfId = (records: ReadonlyMap<string, Json>): readonly Json[] =>
  [...records].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, record]) => record);

const DEVICE = DeviceId.parse('7e57c0de7e57c0de');

/** As an export writes it: flat, with the stamp of each group of fields. */
const recordOf = <K extends EntityKind>(kind: K, entity: Entity<K>, deletedAt: number | null): Json => {
  const written = stampOf(Date.parse(entity.created_at), 0, DEVICE);
  const stamps = Object.fromEntries(Object.keys(recordGroups[kind]).map((group) => [group, written]));
  if (deletedAt === null) return { ...entity, deleted_at: null, stamps };
  return {
    ...entity,
    deleted_at: instantOf(deletedAt),
    stamps: { ...stamps, [LIFE]: stampOf(deletedAt, 0, DEVICE) },
  };
};
