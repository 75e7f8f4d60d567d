/** What a person can ask about reminders: which there are, when each comes next, which are due. */
import {
  type Instant,
  type InstrumentCode,
  instantOf,
  instruments,
  isDue,
  latestOccurrence,
  msOf,
  nextOccurrence,
  ok,
  type Result,
  type Schedule,
  ScheduleId,
} from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { write } from '../changes/write.ts';
import type { ChangeFeedDep, ClockDep, DatabaseDep, TimeZoneDep } from '../deps.ts';
import { readPreferences } from '../preferences/preference-queries.ts';
import { listSchedules, listScheduleStates, setLastTriggeredAt } from './schedule-repository.ts';

type Now = ClockDep & TimeZoneDep;

export interface ScheduleWithNext extends Schedule {
  /** The wall clock with its offset, "2025-03-10T09:00:00+01:00"; null while it is switched off. */
  readonly next_occurrence: string | null;
}

export const GetSchedules = z.strictObject({ enabled_only: z.boolean().nullish() });

/** Living ones, newest first. */
export const getSchedules = (
  deps: DatabaseDep & Now,
  { enabled_only }: z.output<typeof GetSchedules>,
): Result<readonly ScheduleWithNext[], never> =>
  ok(
    listSchedules(deps.database, { enabledOnly: enabled_only ?? false }).map((schedule) =>
      withNext(deps, schedule),
    ),
  );

export const GetSchedule = z.strictObject({ id: ScheduleId });

export const getSchedule = (
  deps: DatabaseDep & Now,
  { id }: z.output<typeof GetSchedule>,
): Result<ScheduleWithNext, NotFound> => {
  const found = findLiving(deps.database, { kind: 'schedule', id, field: 'id' });
  return found.ok ? ok(withNext(deps, found.value)) : found;
};

export const GetDueAssessments = z.strictObject({
  /** Also those whose reminder was shown on this device, and that have not been answered. */
  include_shown: z.boolean().nullish(),
});

export interface DueAssessment {
  readonly schedule_id: ScheduleId;
  readonly instrument: InstrumentCode;
  readonly display_name: string;
  readonly due_at: Instant;
  /** Whether this device has reminded of it. */
  readonly shown: boolean;
}

/**
 * Whose reminder is to come now: its time was reached, the questionnaire has not been completed on that day on any
 * device, and this device has not reminded of it. However many were missed, one stands for all. The preference
 * `reminder_lead_minutes` brings them so much earlier. Those that wait longest come first.
 */
export const getDueAssessments = (
  deps: DatabaseDep & Now,
  { include_shown }: z.output<typeof GetDueAssessments>,
): Result<readonly DueAssessment[], never> => {
  const leadMs = readPreferences(deps.database).reminder_lead_minutes * 60_000;
  const moment = { now: instantOf(deps.clock.nowMs() + leadMs), time_zone: deps.timeZone() };
  const due = listScheduleStates(deps.database).flatMap(
    ({ schedule, ...state }): readonly DueAssessment[] => {
      const waits = isDue(schedule, { ...moment, ...state, last_triggered_at: null });
      const isNew = isDue(schedule, { ...moment, ...state });
      const latest = latestOccurrence(schedule, moment);
      if (!waits || latest === null || !(isNew || include_shown === true)) return [];
      const { id, instrument } = schedule;
      const { display_name } = instruments[instrument];
      return [{ schedule_id: id, instrument, display_name, due_at: latest.at, shown: !isNew }];
    },
  );
  return ok(due.toSorted((a, b) => msOf(a.due_at) - msOf(b.due_at)));
};

export const MarkReminderShown = z.strictObject({ schedule_id: ScheduleId });

/** Remembers on this device alone that a person was reminded, so that the same reminder does not come again. */
export const markReminderShown = (
  deps: ChangeFeedDep & DatabaseDep & Now,
  { schedule_id }: z.output<typeof MarkReminderShown>,
): Result<null, NotFound> =>
  write(deps, (tx) => {
    const found = findLiving(tx, { kind: 'schedule', id: schedule_id, field: 'schedule_id' });
    if (!found.ok) return found;
    // One that came before its time was still this one.
    const leadMs = readPreferences(tx).reminder_lead_minutes * 60_000;
    setLastTriggeredAt(tx, schedule_id, instantOf(deps.clock.nowMs() + leadMs));
    return ok(null);
  });

const withNext = ({ clock, timeZone }: Now, schedule: Schedule): ScheduleWithNext => {
  const moment = { now: instantOf(clock.nowMs()), time_zone: timeZone() };
  return { ...schedule, next_occurrence: nextOccurrence(schedule, moment)?.local ?? null };
};
