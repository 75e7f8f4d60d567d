/** Laws of the export: a record is read as it was written, and files may come in any order, any number of times. */
import { type EntityKind, RecordId } from '@mhb/core-domain';
import { deletedAt, type Envelope, LIFE, type Json, recordGroups, Stamp } from '@mhb/core-domain/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTestDevice } from '../testing.ts';
import { importText } from './json-import.testing.ts';
import { readRecord, writeRecord } from './json-record.ts';

/** Few stamps, so that ties are common; as one device makes them, one stamp is one write. */
const anyStamp = fc
  .integer({ min: 0, max: 9 })
  .map((ms) => Stamp.parse(`0195${String(ms).padStart(8, '0')}-0000-00000000000000aa`));

const AT = '2025-03-10T12:00:00.000Z';
const moment = { time_zone: 'Europe/Berlin', local_date: '2025-03-10' };
const anyText = fc.oneof(fc.constantFrom('=1+1', '', '"', '\r\n', '😀'), fc.string({ unit: 'grapheme' }));
const anyNote = fc.option(anyText, { nil: null });

/** Fields that a device may have stored, by kind; the written text hangs on the stamp, as in real life. */
const anyFields: Partial<Record<EntityKind, fc.Arbitrary<Readonly<Record<string, Json>>>>> = {
  mood_entry: fc.record({
    mood_rating: fc.integer({ min: 1, max: 7 }),
    mood_scale: fc.constant('1-7'),
    activity_ids: fc.constant([]),
    notes: anyNote,
    recorded_at: fc.constant(AT),
    ...Object.fromEntries(Object.entries(moment).map(([name, value]) => [name, fc.constant(value)])),
    created_at: fc.constant(AT),
  }),
  activity_group: fc.record({ name: anyText, description: anyNote, created_at: fc.constant(AT) }),
};

const anyEnvelope = (kind: 'mood_entry' | 'activity_group'): fc.Arbitrary<Envelope> =>
  fc
    .record({
      fields: anyFields[kind]!,
      stamps: fc.array(anyStamp, { minLength: 8, maxLength: 8 }),
      deleted: fc.constantFrom(undefined, null, AT),
      unknown: fc.option(fc.record({ name: anyText, deep: fc.constant({ list: [1, null] }) }), {
        nil: undefined,
      }),
    })
    .map(({ fields, stamps, deleted, unknown }): Envelope => {
      const table: Readonly<Record<string, readonly string[]>> = recordGroups[kind];
      const known = Object.entries(table).map(([name, members], index) => [
        name,
        {
          ...Object.fromEntries(members.map((field) => [field, fields[field] ?? null])),
          stamp: stamps[index]!,
        },
      ]);
      return {
        v: 1,
        type: kind,
        schema: 1,
        groups: {
          ...(Object.fromEntries(known) as Envelope['groups']),
          ...(deleted === undefined ? {} : { [LIFE]: { deleted_at: deleted, stamp: stamps[6]! } }),
          ...(unknown === undefined ? {} : { from_a_newer_app: { ...unknown, stamp: stamps[7]! } }),
        },
      };
    });

const ids = ['a', 'b', 'c'].map((digit) => RecordId.parse(`01957fe0-0000-7000-8000-00000000000${digit}`));

const documentOf = (envelopes: readonly Envelope[]): string =>
  JSON.stringify({
    format: 'mental-health-bar',
    version: 1,
    records: {
      mood_entry: envelopes.map((envelope, index) =>
        writeRecord('mood_entry', { id: ids[index % ids.length]!, envelope }),
      ),
    },
  });

test.each(['mood_entry', 'activity_group'] as const)('a %s is read as it was written', (kind) => {
  fc.assert(
    fc.property(anyEnvelope(kind), (envelope) => {
      const text = JSON.stringify(writeRecord(kind, { id: ids[0]!, envelope }));
      const read = readRecord(kind, JSON.parse(text));
      expect(read.ok).toBe(true);
      if (!read.ok) return;
      // A deletion that a later edit undid is told as one that was taken back; that means the same.
      const life = envelope.groups[LIFE];
      const told =
        life === undefined
          ? envelope
          : {
              ...envelope,
              groups: { ...envelope.groups, [LIFE]: { ...life, deleted_at: deletedAt(envelope) } },
            };
      expect(read.value).toEqual({ id: ids[0], envelope: told });
    }),
    { numRuns: 300 },
  );
});

test('[M2] two files in either order, once or twice, end in the same export', async () => {
  const anyFile = fc
    .array(anyEnvelope('mood_entry'), { minLength: 1, maxLength: ids.length })
    .map(documentOf);
  await fc.assert(
    fc.asyncProperty(anyFile, anyFile, async (one, other) => {
      const [here, there] = [await openTestDevice(), await openTestDevice()];
      for (const text of [one, other]) await importText(here, text);
      for (const text of [other, one, one, other]) await importText(there, text);
      const whole = there.exportJson();
      expect(here.exportJson()).toBe(whole);
      const third = await openTestDevice();
      await importText(third, whole);
      expect(third.exportJson()).toBe(whole);
      for (const device of [here, there, third]) device.close();
    }),
    { numRuns: 40 },
  );
});
