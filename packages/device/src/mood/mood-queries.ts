/** What a person can ask about mood check-ins. */
import { MoodEntry, MoodEntryId, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { rangeFields, readRange } from '../date-range.ts';
import type { DatabaseDep } from '../deps.ts';
import { listed } from '../entity-answers.ts';
import type { InvalidInput } from '../parse.ts';
import { listMoodEntries } from './mood-repository.ts';

export const GetMoodHistory = z.strictObject(rangeFields);

export const MoodHistory = z.array(listed(MoodEntry)).readonly();

/** Living check-ins, newest first. */
export const getMoodHistory = (
  { database }: DatabaseDep,
  input: z.output<typeof GetMoodHistory>,
): Result<z.infer<typeof MoodHistory>, InvalidInput> => {
  const range = readRange(input);
  return range.ok ? ok(listMoodEntries(database, range.value)) : range;
};

export const GetMoodCheckin = z.strictObject({ id: MoodEntryId });

export const getMoodCheckin = (
  { database }: DatabaseDep,
  { id }: z.output<typeof GetMoodCheckin>,
): Result<MoodEntry, NotFound> => findLiving(database, { kind: 'mood_entry', id, field: 'id' });
