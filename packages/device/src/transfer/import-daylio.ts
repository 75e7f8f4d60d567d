/**
 * Brings check-ins from Daylio's CSV export in. An entry that is here already, whatever became of it since, stays as
 * it is: importing again, or a newer export, brings new entries only.
 */
import {
  activityGroupForm,
  err,
  instantOfWallTime,
  MOOD_SCALE,
  MoodEntryId,
  ok,
  type Result,
  sameNameKey,
  TimeZone,
} from '@mhb/core-domain';
import { createEnvelope } from '@mhb/core-domain/sync';
import { z } from 'zod';
import { adoptRecords } from '../changes/local-change.ts';
import { readRecord } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { type DaylioActivities, findActivities } from './daylio/daylio-activities.ts';
import {
  type DaylioEntry,
  type DaylioFailure,
  type DaylioFile,
  readDaylioFile,
} from './daylio/daylio-file.ts';
import { entryId, stampFor } from './daylio/daylio-names.ts';
import { CountedMood, countMoods, MoodMapping, type RatingOf, ratingBy } from './daylio/moods.ts';
import type { FileRecord } from './json-record.ts';
import type { TextFileFailure } from './text-file.ts';

export const ImportDaylio = z.strictObject({
  file: z.string().min(1).max(4_096).describe('The path of the CSV file.'),
  moods: MoodMapping.default([]).describe(
    'What a mood of the file means on the scale 1-7, beside or instead of Daylio’s own five names.',
  ),
  group_name: activityGroupForm.name
    .default('Daylio')
    .describe('The group for activities that are not here yet.'),
  dry_run: z.boolean().default(false).describe('Says what would happen, and writes nothing.'),
});

export const ImportedDaylio = z
  .strictObject({
    dry_run: z.boolean(),
    read: Count.describe('Entries in the file: changed + unchanged + unmapped + skipped.'),
    changed: Count.describe('Entries that come in.'),
    unchanged: Count.describe('Entries that are here already.'),
    unmapped: Count.describe('Entries whose mood nobody has mapped yet; only a dry run goes on with any.'),
    skipped: Count,
    reasons: z
      .array(
        z
          .strictObject({
            reason: z.string(),
            count: Count,
            lines: z.array(Count).readonly().describe('Where the first of them stand in the file.'),
          })
          .readonly(),
      )
      .readonly()
      .describe('Why entries were skipped.'),
    activities_made: Count,
    activities_found: Count.describe('Activities of the file that were here already.'),
    time_zone: TimeZone,
    // These are words of the person, who asked to see them.
    moods: z.array(CountedMood).readonly().optional().describe('In a dry run only, the most frequent first.'),
    how_to_map: z.string().optional(),
  })
  .readonly();
export type ImportedDaylio = z.infer<typeof ImportedDaylio>;

/** Names of moods are a person's words, so a refusal only counts them. */
export interface UnknownMoods {
  readonly type: 'UnknownMoods';
  readonly entries: number;
  readonly names: number;
}

const BATCH = 500;
const LINES_NAMED_MAX = 20;

const HOW_TO_MAP =
  'Give each mood without a mood_rating a whole number from 1 to 7: in `moods`, or with --mood "name=4".';

export const importDaylio = (
  deps: DeviceDeps,
  { file, moods, group_name, dry_run }: z.output<typeof ImportDaylio>,
): Result<ImportedDaylio, DaylioFailure | TextFileFailure | UnknownMoods> => {
  const read = readDaylioFile(file);
  if (!read.ok) return read;
  const ratingOf = ratingBy(moods);
  const counted = countMoods(read.value.entries, ratingOf);
  const unknown = counted.filter(({ mood_rating }) => mood_rating === null);
  const unmapped = unknown.reduce((sum, { count }) => sum + count, 0);
  if (unmapped > 0 && !dry_run) {
    return err({ type: 'UnknownMoods', entries: unmapped, names: unknown.length });
  }

  const plan = planImport(deps, read.value, { ratingOf, groupName: group_name });
  if (!dry_run) writeAll(deps, plan.records);
  const { entries, skipped } = read.value;
  return ok({
    dry_run,
    read: entries.length + skipped.length,
    changed: plan.newEntries,
    unchanged: entries.length - plan.newEntries - unmapped,
    unmapped,
    skipped: skipped.length,
    reasons: countReasons(skipped),
    activities_made: plan.activitiesMade,
    activities_found: plan.activitiesFound,
    time_zone: deps.timeZone(),
    ...(dry_run ? { moods: counted } : {}),
    ...(unmapped > 0 ? { how_to_map: HOW_TO_MAP } : {}),
  });
};

interface Plan {
  /** The group and activities before the entries that name them. */
  readonly records: readonly FileRecord[];
  readonly newEntries: number;
  readonly activitiesMade: number;
  readonly activitiesFound: number;
}

const planImport = (
  deps: DeviceDeps,
  { entries }: DaylioFile,
  { ratingOf, groupName }: { readonly ratingOf: RatingOf; readonly groupName: string },
): Plan => {
  const timeZone = deps.timeZone();
  const fresh = withIds(entries).flatMap(({ id, entry }) => {
    const mood_rating = ratingOf(entry.mood);
    if (mood_rating === undefined || readRecord(deps.database, id) !== undefined) return [];
    return [{ id, entry, mood_rating }];
  });
  const activities = findActivities(deps.database, {
    entries: fresh.map(({ entry }) => entry),
    all: entries,
    groupName,
    timeZone,
  });
  const records = fresh.map(({ id, entry, mood_rating }): FileRecord => {
    const at = instantOfWallTime(entry.date, entry.time, timeZone);
    const mood = {
      id,
      mood_rating,
      mood_scale: MOOD_SCALE,
      activity_ids: activityIds(activities, entry),
      notes: entry.notes,
      recorded_at: at,
      time_zone: timeZone,
      local_date: entry.date,
      created_at: at,
    };
    return { id, envelope: createEnvelope('mood_entry', mood, stampFor(entry, entries.length)) };
  });
  const activitiesMade = activities.made.filter(({ envelope }) => envelope.type === 'activity').length;
  return {
    records: [...activities.made, ...records],
    newEntries: records.length,
    activitiesMade,
    activitiesFound: activities.idByNameKey.size - activitiesMade,
  };
};

const withIds = (
  entries: readonly DaylioEntry[],
): readonly { readonly id: MoodEntryId; readonly entry: DaylioEntry }[] => {
  const countByMinute = new Map<string, number>();
  // From the end, where the oldest stand: a new entry of a minute must not take the name of an earlier one.
  return entries.toReversed().map((entry) => {
    const minute = `${entry.date} ${entry.time}`;
    const number = (countByMinute.get(minute) ?? 0) + 1;
    countByMinute.set(minute, number);
    return { id: MoodEntryId.parse(entryId(entry, number)), entry };
  });
};

const activityIds = ({ idByNameKey }: DaylioActivities, { activities }: DaylioEntry) => [
  ...new Set(activities.flatMap((name) => idByNameKey.get(sameNameKey(name)) ?? [])),
];

const writeAll = (deps: DeviceDeps, records: readonly FileRecord[]): void => {
  for (let start = 0; start < records.length; start += BATCH) {
    const batch = records.slice(start, start + BATCH);
    write(deps, (tx) => adoptRecords(deps, tx, batch));
    deps.onProgress({ step: 'import', done: start + batch.length, total: records.length });
  }
};

const countReasons = (skipped: DaylioFile['skipped']): ImportedDaylio['reasons'] => {
  const linesByReason = new Map<string, number[]>();
  for (const { line, reason } of skipped) {
    const lines = linesByReason.get(reason);
    if (lines === undefined) linesByReason.set(reason, [line]);
    else lines.push(line);
  }
  return [...linesByReason].map(([reason, lines]) => ({
    reason,
    count: lines.length,
    lines: lines.slice(0, LINES_NAMED_MAX),
  }));
};
