/** What a merge let go of, in words. */
import type { AnswerOf } from '@mhb/device';
import { dayAndTime } from '../dates.ts';
import { kindWords } from '../history/trash-words.ts';
import { moodWord } from '../mood/mood-words.ts';

export type LostValue = AnswerOf<'list_merge_ledger'>['items'][number];

const fieldWords: Readonly<Record<string, string>> = {
  activity_id: 'Activity',
  activity_ids: 'Activities',
  color: 'Colour',
  completed_at: 'Time',
  day_of_month: 'Day of the month',
  day_of_week: 'Weekday',
  deleted_at: 'In the Trash',
  description: 'Description',
  enabled: 'On',
  frequency: 'How often',
  group_id: 'Group',
  icon: 'Icon',
  instrument: 'Questionnaire',
  local_date: 'Day',
  logged_at: 'Time',
  mood_rating: 'Mood',
  name: 'Name',
  notes: 'Note',
  period_days: 'Days of a period',
  recorded_at: 'Time',
  responses: 'Answers',
  status: 'State',
  target_value: 'Target',
  time_of_day: 'Time of day',
  time_zone: 'Time zone',
  value: 'Value',
};

/** Beside the field of that name a mood is called an entry. */
export const kindWord = ({ kind }: LostValue): string =>
  kind === 'mood_entry' ? 'Mood entry' : kindWords[kind];

/** "Mood: Good; Note: slept well". `names` has those of activities and groups by id. */
export const sideWords = (side: LostValue['lost'], names: ReadonlyMap<string, string>): string =>
  Object.entries(side.fields)
    .map(([name, value]) => `${fieldWords[name] ?? name}: ${valueWords(name, value, names)}`)
    .join('; ');

const valueWords = (name: string, value: unknown, names: ReadonlyMap<string, string>): string => {
  if (value === null || value === '') return 'nothing';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (name === 'mood_rating' && typeof value === 'number') return moodWord(value);
  if (Array.isArray(value))
    return value.length === 0
      ? 'nothing'
      : value.map((one) => names.get(String(one)) ?? String(one)).join(', ');
  if (typeof value !== 'string') return JSON.stringify(value);
  if (name.endsWith('_at')) return dayAndTime(value);
  return names.get(value) ?? value;
};
