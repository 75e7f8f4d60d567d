/** What a person can ask about reminders: which there are, when each comes next, which are due. */
import {
  instantOf,
  latestOccurrence,
  msOf,
  nextOccurrence,
  ok,
  type Result,
  Schedule,
  ScheduleId,
} from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { write } from '../changes/write.ts';
import type { ChangeFeedDep, ClockDep, DatabaseDep, TimeZoneDep } from '../deps.ts';
import { listed } from '../entity-answers.ts';
import { readPreferences } from '../preferences/preference-queries.ts';
import { asMadeBefore } from './believed.ts';
import { DueAssessment, dueAssessments, type Present } from './due.ts';
import { listSchedules, listScheduleStates, recordShown } from './schedule-repository.ts';

type Now = ClockDep & TimeZoneDep;

export const ScheduleWithNext = Schedule.unwrap()
  .extend({
    next_occurrence: z.iso
      .datetime({ offset: true })
      .nullable()
      .describe(
        'When it comes next: the wall clock with its offset, 2025-03-10T09:00:00+01:00; null while it is off.',
      ),
  })
  .strict()
  .readonly();

export const GetSchedules = z.strictObject({
  enabled_only: z.boolean().nullish().describe('Only those that are on; all where nothing is given.'),
});

export const SchedulesWithNext = z.array(listed(ScheduleWithNext)).readonly();

/** Living ones, newest first. */
export const getSchedules = (
  deps: DatabaseDep & Now,
  { enabled_only }: z.output<typeof GetSchedules>,
): Result<z.infer<typeof SchedulesWithNext>, never> =>
  ok(
    listSchedules(deps.database, { enabledOnly: enabled_only ?? false }).map((schedule) =>
      withNext(deps, schedule),
    ),
  );

export const GetSchedule = z.strictObject({ id: ScheduleId });

export const getSchedule = (
  deps: DatabaseDep & Now,
  { id }: z.output<typeof GetSchedule>,
): Result<z.infer<typeof ScheduleWithNext>, NotFound> => {
  const found = findLiving(deps.database, { kind: 'schedule', id, field: 'id' });
  return found.ok ? ok(withNext(deps, found.value)) : found;
};

export const GetDueAssessments = z.strictObject({
  include_shown: z
    .boolean()
    .nullish()
    .describe('Also those whose reminder was shown on this device, and that have not been answered.'),
});

export const DueAssessments = z.array(DueAssessment).readonly();

/**
 * Whose reminder is to come now: its time was reached, the questionnaire has not been completed on that day on any
 * device, and this device has not reminded of it. The preference `reminder_lead_minutes` brings them so much earlier.
 */
export const getDueAssessments = (
  deps: DatabaseDep & Now,
  { include_shown }: z.output<typeof GetDueAssessments>,
): Result<z.infer<typeof DueAssessments>, never> => {
  const here = present(deps);
  const due = dueAssessments(listScheduleStates(deps.database, here), here);
  return ok(due.filter(({ shown }) => include_shown === true || !shown));
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
    const { now, time_zone, lead_minutes } = present(deps);
    // One that came before its time was still this one.
    const ahead = { now: instantOf(msOf(now) + lead_minutes * 60_000), time_zone };
    const due = latestOccurrence(asMadeBefore(now, found.value), ahead)?.at ?? now;
    recordShown(tx, { id: schedule_id, at: due > now ? due : now, now });
    return ok(null);
  });

const present = ({ clock, database, timeZone }: DatabaseDep & Now): Present => ({
  now: instantOf(clock.nowMs()),
  time_zone: timeZone(),
  lead_minutes: readPreferences(database).reminder_lead_minutes,
});

const withNext = <Some extends Schedule>(
  { clock, timeZone }: Now,
  schedule: Some,
): Some & { readonly next_occurrence: string | null } => {
  const moment = { now: instantOf(clock.nowMs()), time_zone: timeZone() };
  return {
    ...schedule,
    next_occurrence: nextOccurrence(asMadeBefore(moment.now, schedule), moment)?.local ?? null,
  };
};
