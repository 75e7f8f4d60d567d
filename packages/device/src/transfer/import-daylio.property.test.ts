/** Whatever a person wrote in Daylio stands here afterwards, each entry once, however its export grew meanwhile. */
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';
import { exported } from './original-app.testing.ts';

const ratings = { rad: 7, good: 5, meh: 4, bad: 3, awful: 1 } as const;

/** Few days and hours, so that entries of one minute are common. */
const anyEntry = fc.record({
  full_date: fc.constantFrom('2025-01-31', '2025-03-09', '2025-03-30', '2024-02-29'),
  time: fc.constantFrom('0:00', '2:30', '23:59', '12:00'),
  mood: fc.constantFrom(...(['rad', 'good', 'meh', 'bad', 'awful'] as const)),
  activities: fc.uniqueArray(fc.constantFrom('walk', 'tea, "green"', '=1', '散歩', '__proto__'), {
    maxLength: 3,
  }),
  note: fc
    .oneof(fc.constantFrom('', '"', 'a\r\nb', ',', '=1+1'), fc.string({ unit: 'grapheme' }))
    .map((text) => text.trim()),
});
type Entry = typeof anyEntry extends fc.Arbitrary<infer Value> ? Value : never;

const COLUMNS = ['full_date', 'time', 'mood', 'activities', 'note'];

const importEntries = async (device: TestDevice, entries: readonly Entry[]): Promise<unknown> => {
  const file = join(temporaryFolder(), 'daylio.csv');
  const rows = entries.map((entry) => ({ ...entry, activities: entry.activities.join(' | ') }));
  writeFileSync(file, stringify(rows, { header: true, columns: COLUMNS, quoted_match: /[\r\n]/, bom: true }));
  return device.run('import_daylio', { file });
};

/** What stands in the device, told as Daylio tells it. */
const held = (device: TestDevice): readonly string[] => {
  const { mood_entry: moods = [], activity: activities = [] } = exported(device);
  const nameOf = new Map(activities.map(({ id, name }) => [id, name]));
  return moods
    .map(({ local_date, mood_rating, activity_ids, notes }) =>
      JSON.stringify([
        local_date,
        mood_rating,
        (activity_ids as string[]).map((id) => nameOf.get(id)),
        notes ?? '',
      ]),
    )
    .toSorted();
};

const told = (entries: readonly Entry[]): readonly string[] =>
  entries
    .map(({ full_date, mood, activities, note }) =>
      JSON.stringify([full_date, ratings[mood], activities, note]),
    )
    .toSorted();

test('entries come in as they were written, also in two parts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEntry, { minLength: 1, maxLength: 12 }),
      fc.nat(12),
      async (entries, newer) => {
        const [whole, grown] = [await openTestDevice(), await openTestDevice()];
        await importEntries(whole, entries);
        expect(held(whole)).toEqual(told(entries));
        // Daylio writes the newest first, so an earlier export is the end of a later one.
        await importEntries(grown, entries.slice(newer));
        await importEntries(grown, entries);
        expect(held(grown)).toEqual(told(entries));
        whole.close();
        grown.close();
      },
    ),
    { numRuns: 60 },
  );
});
