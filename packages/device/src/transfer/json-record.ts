/**
 * One record in an export, and back: what is written here can be read here, and gives the same envelope.
 *
 *   { "id": …, "deleted_at": …, <the fields, flat>, "stamps": { "<group>": "<stamp>" },
 *     "other_fields": { "<group>": { … } },    only where a newer app has written fields that are not known here
 *     "schema": 2 }                            only where it is not 1
 *
 * A record is used only if writing it again gives what was read. So nothing in a file is dropped without a word.
 */
import { type EntityKind, err, Instant, ok, RecordId, type Result } from '@mhb/core-domain';
import {
  canonicalJson,
  deletedAt,
  entityOf,
  type Envelope,
  type Group,
  isErased,
  type Json,
  LIFE,
  recordGroups,
  Stamp,
  stampMs,
} from '@mhb/core-domain/sync';
import { z } from 'zod';

export interface FileRecord {
  readonly id: RecordId;
  readonly envelope: Envelope;
}

const knownGroups: Readonly<Record<EntityKind, Readonly<Record<string, readonly string[]>>>> = recordGroups;

const knownFields = (kind: EntityKind, group: string): readonly string[] => {
  if (group === LIFE) return ['deleted_at'];
  return Object.hasOwn(knownGroups[kind], group) ? (knownGroups[kind][group] ?? []) : [];
};

export const writeRecord = (kind: EntityKind, { id, envelope }: FileRecord): Json => {
  const fields: Record<string, Json> = {};
  const stamps: [string, Json][] = [];
  const others: [string, Json][] = [];
  for (const [name, { stamp, ...members }] of Object.entries(envelope.groups)) {
    const known = knownFields(kind, name);
    const entries = Object.entries(members);
    const unknown = entries.filter(([field]) => !known.includes(field));
    Object.assign(fields, Object.fromEntries(entries.filter(([field]) => known.includes(field))));
    if (unknown.length > 0) others.push([name, Object.fromEntries(unknown)]);
    stamps.push([name, stamp]);
  }
  return {
    ...fields,
    id,
    deleted_at: deletedAt(envelope),
    stamps: Object.fromEntries(stamps),
    ...(others.length === 0 ? {} : { other_fields: Object.fromEntries(others) }),
    ...(envelope.schema === 1 ? {} : { schema: envelope.schema }),
  };
};

const groupName = z.string().min(1).max(40);
const RecordJson = z.looseObject({
  id: RecordId,
  deleted_at: Instant.nullable(),
  stamps: z.record(groupName, Stamp),
  other_fields: z.record(groupName, z.record(z.string(), z.json())).optional(),
  schema: z.int().min(1).default(1),
});

/** In UTF-8. A sealed record has at most 256 KiB, padding included. */
const RECORD_BYTES_MAX = 200 * 1024;

/** Lists and objects within each other; far more than any record needs, far less than would exhaust the stack. */
const DEPTH_MAX = 8;

/** A year after the last moment that a device stamps by its clock: there must be room for the stamps that follow. */
const STAMP_MS_MAX = Date.UTC(10_001, 0, 1);

/** Or why it can't be used, in words that hold for whatever stands in it. */
export const readRecord = (kind: EntityKind, value: unknown): Result<FileRecord, string> => {
  if (isDeeper(value, DEPTH_MAX)) return err('it is not a record of this app');
  const read = RecordJson.safeParse(value);
  if (!read.success) return err(reasonOf(read.error.issues[0]?.path[0]));
  const { id, stamps, schema } = read.data;
  const envelope: Envelope = { v: 1, type: kind, schema, groups: groupsOf(kind, read.data) };

  if (isErased(envelope)) return err('it is not a record of this app');
  if (Object.values(stamps).some((stamp) => stampMs(stamp) > STAMP_MS_MAX)) {
    return err('one of its stamps lies in a time that cannot be');
  }
  const state = entityOf(id, envelope);
  if (!state.ok) {
    return err(state.error.type === 'Malformed' ? reasonOf(state.error.fields[0]) : NEWER);
  }
  const text = canonicalJson(writeRecord(kind, { id, envelope }));
  // What the schemas let through is plain JSON: it came out of a JSON parser.
  if (text !== canonicalJson(value as Json)) return err('its fields and its stamps do not belong together');
  if (Buffer.byteLength(text) > RECORD_BYTES_MAX) return err('it is larger than a record can be');
  return ok({ id, envelope });
};

export const NEWER = 'a newer version of the app wrote it';

const groupsOf = (
  kind: EntityKind,
  { stamps, other_fields: others = {}, ...record }: z.output<typeof RecordJson>,
): Record<string, Group> => {
  const fields = new Map(Object.entries(record));
  return Object.fromEntries(
    Object.entries(stamps).map(([name, stamp]) => {
      const known = knownFields(kind, name).filter((field) => fields.has(field));
      const members = Object.fromEntries(known.map((field) => [field, fields.get(field) as Json]));
      const unknown: Readonly<Record<string, Json>> = Object.hasOwn(others, name) ? (others[name] ?? {}) : {};
      return [name, { ...unknown, ...members, stamp }];
    }),
  );
};

// Only names of ours are repeated: a field of a file may be called anything.
const reasonOf = (field: PropertyKey | undefined): string =>
  field === undefined || field === ''
    ? 'it is not a record of this app'
    : `the field ${String(field)} is missing or holds a value that is not allowed there`;

const isDeeper = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
};
