/**
 * Whether it is time for a questionnaire. Two questions that are easily taken for one:
 *
 *   it waits         the latest time was reached and the questionnaire not completed since; having been reminded of
 *                    it changes nothing, so it stays until it is done or the next time takes its place
 *   to be shown now  the same, and this device has not reminded of it
 */
import {
  Frequency,
  Instant,
  InstrumentCode,
  instantOf,
  instruments,
  isOutstanding,
  latestOccurrence,
  type LocalDate,
  localDateOf,
  msOf,
  type Schedule,
  ScheduleId,
  type TimeZone,
} from '@mhb/core-domain';
import { z } from 'zod';

/** What decides whether a reminder is due. */
export interface ScheduleState {
  readonly schedule: Schedule;
  /** When it was last shown on this device. */
  readonly last_triggered_at: Instant | null;
  readonly last_completed_at: Instant | null;
  /** The day of that for the person, where they were then. */
  readonly last_completed_on: LocalDate | null;
}

const Reminder = z
  .strictObject({
    schedule_id: ScheduleId,
    instrument: InstrumentCode,
    display_name: z.string(),
    frequency: Frequency,
    due_at: Instant.describe(
      'The time it is for; ahead of the clock where the person wants to be reminded early. A UTC instant.',
    ),
  })
  .readonly();
export type Reminder = z.infer<typeof Reminder>;

export const DueAssessment = Reminder.unwrap()
  .extend({ shown: z.boolean().describe('Whether this device has reminded of it.') })
  .readonly();
export type DueAssessment = z.infer<typeof DueAssessment>;

/** Where and when the person is, and how long before its time they want a reminder. */
export interface Present {
  readonly now: Instant;
  readonly time_zone: TimeZone;
  readonly lead_minutes: number;
}

/** What waits, what fell due first comes first. However many times were missed, one stands for all. */
export const dueAssessments = (
  states: readonly ScheduleState[],
  { now, time_zone, lead_minutes }: Present,
): readonly DueAssessment[] => {
  const ahead = { now: instantOf(msOf(now) + lead_minutes * 60_000), time_zone };
  const due = states.flatMap((state): readonly DueAssessment[] => {
    const { schedule, last_triggered_at } = state;
    const last_completed_on = lastCompletedOn(state, time_zone);
    const latest = schedule.enabled ? latestOccurrence(schedule, ahead) : null;
    if (latest === null || !isOutstanding(latest, { last_triggered_at: null, last_completed_on })) return [];
    const { id, instrument, frequency } = schedule;
    const { display_name } = instruments[instrument];
    const shown = !isOutstanding(latest, { last_triggered_at, last_completed_on });
    return [{ schedule_id: id, instrument, display_name, frequency, due_at: latest.at, shown }];
  });
  return due.toSorted((one, other) => msOf(one.due_at) - msOf(other.due_at));
};

/**
 * The day it was completed on, after a journey the later of two: the stored one, on which it can't be completed
 * again, and the one it has by the calendar of the place, so that nobody is reminded of what they have just done.
 */
const lastCompletedOn = (
  { last_completed_at, last_completed_on }: ScheduleState,
  timeZone: TimeZone,
): LocalDate | null => {
  if (last_completed_at === null || last_completed_on === null) return null;
  const here = localDateOf(last_completed_at, timeZone);
  return here > last_completed_on ? here : last_completed_on;
};
