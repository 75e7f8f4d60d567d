/** A mood check-in: how a person was at one moment, on a scale that travels with the entry. */
import { z } from 'zod';
import { ActivityId, MoodEntryId } from './ids.ts';
import { note, storedText, TEXT_MAX } from './text.ts';
import { Instant, LocalDate, TimeZone } from './time.ts';

/** The words of the scale 1-7; `moodLabels[rating - 1]`. */
export const moodLabels = ['Terrible', 'Very Bad', 'Bad', 'Ok', 'Good', 'Very Good', 'Excellent'] as const;

export const MOOD_SCALE = '1-7';

/** A whole number from 1 (Terrible) to 7 (Excellent). */
export const MoodRating = z.int().min(1).max(7).describe('From 1 (terrible) over 4 (ok) to 7 (excellent).');

export const MoodEntry = z
  .object({
    id: MoodEntryId,
    mood_rating: MoodRating,
    mood_scale: z.string().min(1).max(20).describe('The scale of the rating; 1-7 for every one made here.'),
    /** In the order they were chosen, each once. They may name activities that are deleted or not here yet. */
    activity_ids: z.array(ActivityId).max(1_000).readonly(),
    notes: storedText.nullable(),
    recorded_at: Instant,
    time_zone: TimeZone,
    local_date: LocalDate,
    created_at: Instant,
  })
  .readonly();
export type MoodEntry = z.infer<typeof MoodEntry>;

/** What a person fills in. */
export const moodForm = {
  mood_rating: MoodRating,
  activity_ids: z.array(ActivityId).max(1_000).describe('The ids of what was done; each counts once.'),
  notes: note(TEXT_MAX.mood_notes),
};
