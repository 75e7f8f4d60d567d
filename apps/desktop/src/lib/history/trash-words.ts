/** What lies in the Trash, in words. */
import type { AnswerOf } from '@mhb/device';
import { dayAndTime } from '../dates.ts';
import { moodWord } from '../mood/mood-words.ts';

export type Trashed = AnswerOf<'list_trash'>['items'][number];

/** What a record is, by its kind. */
export const kindWords: Readonly<Record<Trashed['kind'], string>> = {
  activity: 'Activity',
  activity_goal: 'Goal',
  activity_group: 'Group',
  activity_log: 'Logged activity',
  assessment: 'Assessment',
  mood_entry: 'Mood',
  preference: 'Setting',
  schedule: 'Reminder',
};

/** "Mood: Good, 8 Nov 2026, 09:14"; `names` has those of activities and groups by id, of deleted ones too. */
export const trashedWords = (
  { kind, record }: Pick<Trashed, 'kind' | 'record'>,
  names: ReadonlyMap<string, string>,
): string => {
  const what = kindWords[kind];
  if (record === null) return `${what} of a newer version of the app`;
  if ('mood_rating' in record)
    return `${what}: ${moodWord(record.mood_rating)}, ${dayAndTime(record.recorded_at, record.time_zone)}`;
  if ('responses' in record)
    return `${what}: ${record.instrument}, ${dayAndTime(record.completed_at, record.time_zone)}`;
  if ('logged_at' in record)
    return `${what}: ${nameIn(names, record.activity_id)}, ${dayAndTime(record.logged_at, record.time_zone)}`;
  if ('target_value' in record)
    return `${what}: ${nameIn(names, record.activity_id ?? record.group_id ?? '')}`;
  if ('name' in record) return `${what}: ${record.name}`;
  if ('frequency' in record) return `${what}: ${record.instrument}, ${record.frequency}`;
  return what;
};

const nameIn = (names: ReadonlyMap<string, string>, id: string): string => names.get(id) ?? 'erased activity';

/** Whole days from now until then; 0 for less than one. */
export const daysLeft = (until: string, now = Date.now()): number =>
  Math.max(0, Math.ceil((Date.parse(until) - now) / 86_400_000));
