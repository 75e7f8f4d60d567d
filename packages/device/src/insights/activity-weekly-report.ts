/** One week of the person's: what was done, how it felt, where the goals stand, and what the questionnaires said. */
import {
  AssessmentId,
  AssessmentSeries,
  dayOf,
  type DayStart,
  endOfDay,
  Instant,
  instantOf,
  InstrumentCode,
  LocalDate,
  momentOf,
  ok,
  type Result,
  Score,
  scoreOf,
  seriesOf,
  type Week,
  weekOf,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { readPreferences } from '../preferences/preference-queries.ts';
import { GoalWithProgress, withProgress } from './activity-goal-progress.ts';
import { listNamedGoals } from './activity-goal-list-repository.ts';
import {
  ActivityInReport,
  averageMood,
  countLogsByActivity,
  countLogsByGroup,
  GroupInReport,
  MoodInReport,
} from './activity-report-repository.ts';
import { type AnsweredAssessment, listResultsOfDays } from './assessment-result-repository.ts';

const TOP_ACTIVITIES_MAX = 5;

export const GetWeeklyReport = z.strictObject({
  week_of: LocalDate.refine(
    (day) => day >= '0001-01-01' && day <= '9998-12-31',
    'must be in the years 1 to 9998',
  )
    .nullish()
    .describe('Any day of the week in question, such as 2025-03-10; today where nothing is given.'),
});

const AssessmentInReport = z
  .strictObject({
    id: AssessmentId,
    instrument: InstrumentCode,
    local_date: LocalDate,
    at: Instant,
    series: AssessmentSeries,
    score: Score.nullable().describe('Null for answers that arrived and don’t fit the questionnaire.'),
  })
  .readonly();
type AssessmentInReport = z.infer<typeof AssessmentInReport>;

export const WeeklyReport = MoodInReport.unwrap()
  .extend({
    week_start: LocalDate,
    week_end: LocalDate.describe('The seventh day.'),
    total_logs: Count.describe('How often any activity was logged.'),
    unique_activities: Count.describe('How many different ones.'),
    top_activities: z.array(ActivityInReport).readonly().describe('The five that were logged most.'),
    groups: z.array(GroupInReport).readonly(),
    goals_at: Instant.describe('Where the goals stood: at the end of the week, or now while it lasts.'),
    goals: z.array(GoalWithProgress).readonly().describe('Those that had been set by the end of the week.'),
    assessments: z.array(AssessmentInReport).readonly(),
  })
  .readonly();
type WeeklyReport = z.infer<typeof WeeklyReport>;

/** Logs of an activity in the Trash count as done, and stand under no group. */
export const getWeeklyReport = (
  deps: DeviceDeps,
  { week_of }: z.output<typeof GetWeeklyReport>,
): Result<WeeklyReport, never> => {
  const { database, clock, timeZone } = deps;
  const { day_start: dayStart, week_start: weekStart } = readPreferences(database);
  const now = instantOf(clock.nowMs());
  const week = weekOf(week_of ?? dayOf(momentOf(now, timeZone()), dayStart), weekStart);
  const days = { ...week, dayStart };

  const activities = countLogsByActivity(database, days);
  return ok({
    week_start: week.start,
    week_end: week.end,
    total_logs: activities.reduce((sum, { logs }) => sum + logs, 0),
    unique_activities: activities.length,
    ...averageMood(database, days),
    top_activities: activities.slice(0, TOP_ACTIVITIES_MAX),
    groups: countLogsByGroup(database, days),
    ...goalsOf(deps, { week, now, dayStart }),
    assessments: listResultsOfDays(database, days).map(toReported),
  });
};

const goalsOf = (
  { database, timeZone }: DeviceDeps,
  { week, now, dayStart }: { readonly week: Week; readonly now: Instant; readonly dayStart: DayStart },
): Pick<WeeklyReport, 'goals' | 'goals_at'> => {
  const weekEnd = endOfDay(week.end, timeZone(), dayStart);
  const isOver = now > weekEnd;
  const at = isOver ? weekEnd : now;
  // One that was set by a clock that was ahead is a goal of today.
  const goals = listNamedGoals(database).filter(({ created_at }) => !isOver || created_at <= weekEnd);
  return { goals_at: at, goals: withProgress({ database }, goals, at, dayStart) };
};

const toReported = (result: AnsweredAssessment): AssessmentInReport => ({
  id: result.id,
  instrument: result.instrument,
  at: result.completed_at,
  local_date: result.local_date,
  series: seriesOf(result),
  score: scoreOf(result),
});
