/**
 * A record as it syncs, in the clear: `{ v, type, schema, groups }` (rule R1). Only devices ever see one; what
 * leaves a device is sealed.
 */
import { z } from 'zod';
import { type Entity, type EntityKind, entitySchemas, isEntityKind } from '../entities.ts';
import type { RecordId } from '../ids.ts';
import { err, ok, type Result } from '../result.ts';
import { Instant } from '../time.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { ERASED, LIFE, recordGroups, recordSchemas } from './groups.ts';
import { FIRST_STAMP, Stamp } from './stamp.ts';

/** Fields that merge together, and when they were last written. */
export type Group = { readonly stamp: Stamp } & Readonly<Record<string, Json>>;

export interface Envelope {
  readonly v: 1;
  readonly type: string;
  readonly schema: number;
  readonly groups: Readonly<Record<string, Group>>;
}

/** A living or deleted record as the rest of the app knows it. */
export interface EntityState<K extends EntityKind = EntityKind> {
  readonly kind: K;
  readonly entity: Entity<K>;
  /** When it was deleted; null while it is alive. */
  readonly deleted_at: Instant | null;
}

/** Why an envelope that opened can't be used here. It is kept as it came (rule O5). */
export type NotUsable =
  | { readonly type: 'NotAnEnvelope' }
  | { readonly type: 'NewerSchema' }
  | { readonly type: 'Malformed'; readonly fields: readonly string[] };

const GroupSchema = z.looseObject({ stamp: Stamp });
const EnvelopeSchema = z.object({
  v: z.literal(1),
  type: z.string().min(1).max(40),
  schema: z.int().min(1),
  groups: z.record(z.string().min(1).max(40), GroupSchema),
});

/** Reads what a device wrote. Groups and fields that are not known here stay in it (rule M1). */
export const readEnvelope = (value: unknown): Result<Envelope, NotUsable> => {
  const read = EnvelopeSchema.safeParse(value);
  // The loose schema keeps what JSON allows in a group, which is what `Json` says.
  return read.success ? ok(read.data as Envelope) : err({ type: 'NotAnEnvelope' });
};

/** The first envelope of a record made on this device. */
export const createEnvelope = <K extends EntityKind>(kind: K, entity: Entity<K>, stamp: Stamp): Envelope => ({
  v: 1,
  type: kind,
  schema: recordSchemas[kind],
  groups: groupsOf(kind, entity, stamp),
});

/** Stamps the groups whose fields differ from what is held; the others keep their stamp. */
export const editEnvelope = <K extends EntityKind>(
  held: Envelope,
  edit: { readonly kind: K; readonly entity: Entity<K>; readonly stamp: Stamp },
): Envelope => {
  const groups: Record<string, Group> = { ...held.groups };
  for (const [name, edited] of Object.entries(groupsOf(edit.kind, edit.entity, edit.stamp))) {
    const before = groups[name];
    // Fields that a newer app put beside ours stay where they are.
    const after: Group = before === undefined ? edited : { ...before, ...edited };
    if (before === undefined || canonicalJson({ ...after, stamp: before.stamp }) !== canonicalJson(before)) {
      groups[name] = after;
    }
  }
  return { ...held, groups };
};

/** Deleting is writing the life group (rule M3). */
export const deleteEnvelope = (held: Envelope, deletedAt: Instant, stamp: Stamp): Envelope => ({
  ...held,
  groups: { ...held.groups, [LIFE]: { ...held.groups[LIFE], stamp, deleted_at: deletedAt } },
});

export const restoreEnvelope = (held: Envelope, stamp: Stamp): Envelope => ({
  ...held,
  groups: { ...held.groups, [LIFE]: { ...held.groups[LIFE], stamp, deleted_at: null } },
});

/** An erase certificate in place of the record (rule M6). There is no way back. */
export const eraseEnvelope = (held: Envelope, stamp: Stamp): Envelope => ({
  v: held.v,
  type: held.type,
  schema: held.schema,
  groups: { [ERASED]: { stamp } },
});

export const isErased = (envelope: Envelope): boolean => envelope.groups[ERASED] !== undefined;

/** When the record was deleted, or null where it is alive: a later edit of any other group brings it back (rule M3). */
export const deletedAt = (envelope: Envelope): Instant | null => {
  const life = envelope.groups[LIFE];
  const read = Instant.safeParse(life?.deleted_at);
  if (life === undefined || !read.success) return null;
  const editedLater = Object.entries(envelope.groups).some(
    ([name, group]) => name !== LIFE && group.stamp > life.stamp,
  );
  return editedLater ? null : read.data;
};

/** The greatest stamp in envelopes; a device's next stamp is later than every one it has seen (rule S2). */
export const lastStampOf = (...envelopes: readonly Envelope[]): Stamp => {
  let last = FIRST_STAMP;
  for (const { groups } of envelopes) {
    for (const { stamp } of Object.values(groups)) if (stamp > last) last = stamp;
  }
  return last;
};

/** The record that an envelope describes. */
export const entityOf = (id: RecordId, envelope: Envelope): Result<EntityState, NotUsable> => {
  if (!isEntityKind(envelope.type)) return err({ type: 'NewerSchema' });
  const kind = envelope.type;
  if (envelope.schema > recordSchemas[kind]) return err({ type: 'NewerSchema' });
  const fields: Record<string, Json> = { id };
  for (const [name, members] of Object.entries(groupTable[kind])) {
    for (const field of members) fields[field] = envelope.groups[name]?.[field] ?? null;
  }
  const read = entitySchemas[kind].safeParse(fields);
  if (!read.success) {
    return err({ type: 'Malformed', fields: read.error.issues.map((issue) => String(issue.path[0] ?? '')) });
  }
  return ok({ kind, entity: read.data, deleted_at: deletedAt(envelope) });
};

const groupTable: Readonly<Record<EntityKind, Readonly<Record<string, readonly string[]>>>> = recordGroups;

const groupsOf = <K extends EntityKind>(kind: K, entity: Entity<K>, stamp: Stamp): Record<string, Group> => {
  const fields = new Map<string, Json>(Object.entries(entity));
  return Object.fromEntries(
    Object.entries(groupTable[kind]).map(([name, members]) => [
      name,
      { ...Object.fromEntries(members.map((field) => [field, fields.get(field) ?? null])), stamp },
    ]),
  );
};
