/** All tables of an original app in the order they lean on each other, and the report about them. */
import type { TimeZone } from '@mhb/core-domain';
import { convertActivities, convertGroups, livingOf } from './activity-rows.ts';
import { convertAssessments, countRescored } from './assessment-rows.ts';
import type { Converted, OriginalRecord, Reading } from './conversion.ts';
import { convertGoals } from './goal-rows.ts';
import { readInstruments } from './instrument-rows.ts';
import { convertLogs } from './log-rows.ts';
import { checkInRecords, convertCheckIns, readLinks } from './mood-rows.ts';
import { type FirstRow, rowNames } from './names.ts';
import {
  type ImportReport,
  type OriginalTable,
  originalTables,
  type RowFate,
  tableReport,
} from './report.ts';
import { convertSchedules, type OriginalReminder } from './schedule-rows.ts';
import type { FoundRows, FoundTables } from './tables.ts';
import { readTime } from './times.ts';

export interface ConvertedTables {
  readonly records: readonly OriginalRecord[];
  readonly reminders: readonly OriginalReminder[];
  readonly report: ImportReport;
}

export const convertTables = (found: FoundTables, timeZone: TimeZone): ConvertedTables => {
  const reading = readingOf(found, timeZone);
  const instruments = readInstruments(found.assessment_types);
  const { instrumentById } = instruments;
  const groups = convertGroups(reading, found.activity_groups);
  const activities = convertActivities(reading, found.activities, livingOf(groups));
  const living = { groups: livingOf(groups), activities: livingOf(activities) };
  const checkIns = convertCheckIns(reading, found.mood_checkins);
  const links = readLinks(found.mood_checkin_activities, checkIns, living.activities);
  const assessments = convertAssessments(reading, found.assessment_responses, instrumentById);
  const logs = convertLogs(reading, found.activity_logs, living.activities);
  const goals = convertGoals(reading, found.activity_goals, living);
  const schedules = convertSchedules(reading, found.assessment_schedules, instrumentById);

  const fates: Readonly<Record<OriginalTable, readonly RowFate[]>> = {
    schema_migrations: found.schema_migrations.rows.map(({ id }) => ({ row: id, notes: [] })),
    assessment_types: instruments.fates,
    assessment_responses: assessments.fates,
    activity_groups: groups.fates,
    activities: activities.fates,
    mood_checkins: checkIns.fates,
    mood_checkin_activities: links.fates,
    activity_logs: logs.fates,
    activity_goals: goals.fates,
    assessment_schedules: schedules.fates,
  };
  return {
    records: [
      ...byId(groups.converted.map(recordIn)),
      ...byId(activities.converted.map(recordIn)),
      ...byId(checkInRecords(reading.names, checkIns, links)),
      ...byId(assessments.converted.map(recordIn)),
      ...byId(logs.converted.map(recordIn)),
      ...byId(goals.converted.map(recordIn)),
      ...byId(schedules.converted.map(recordIn)),
    ],
    reminders: schedules.converted.flatMap(({ value: { reminder } }) => reminder ?? []),
    report: {
      tables: originalTables.map((table) =>
        tableReport(table, {
          fates: fates[table],
          unreadable: found[table].unreadable,
          notes: [...faultsOf(found[table]), ...(table === 'assessment_types' ? instruments.notes : [])],
        }),
      ),
      time_zone: timeZone,
      cesd_rescored: countRescored(assessments),
      oasis_legacy: assessments.converted.filter(({ value }) => value.instrument === 'OASIS').length,
    },
  };
};

/** Ids made from rows are spread evenly; in their order a batch of them touches few pages of each table. */
const byId = (records: readonly OriginalRecord[]): readonly OriginalRecord[] =>
  records.toSorted((a, b) => (a.id < b.id ? -1 : 1));

const recordIn = ({ value: { id, envelope } }: Converted<OriginalRecord>): OriginalRecord => ({
  id,
  envelope,
});

const faultsOf = ({ isMissing, isDamaged }: FoundRows): readonly string[] => {
  if (isMissing) return ['the file has no such table with the columns of the original app'];
  return isDamaged ? ['the file is damaged here; rows may be missing or wrong'] : [];
};

const readingOf = (found: FoundTables, timeZone: TimeZone): Reading => {
  const migrations = found.schema_migrations.rows.map(({ id, applied_at: applied }) => ({
    id,
    applied_at: applied,
  }));
  const firstRows = timeColumns.flatMap(([table, column]): readonly FirstRow[] => {
    // The time of a draft is that of its last save, and moves on.
    const first = found[table].rows.find(({ status }) => status !== 'draft');
    return first === undefined ? [] : [{ table, id: first.id, time: first[column] }];
  });
  const applied = migrations
    .map((migration) => readTime(migration.applied_at))
    .find((at) => at !== undefined);
  const rowCount = originalTables.reduce((sum, table) => sum + found[table].rows.length, 0);
  return { names: rowNames({ migrations, firstRows, rowCount }), timeZone, before: applied };
};

/** Where a person's entries stand, and which column says when one was made. */
const timeColumns = [
  ['activity_groups', 'created_at'],
  ['activities', 'created_at'],
  ['mood_checkins', 'created_at'],
  ['assessment_responses', 'completed_at'],
  ['activity_logs', 'created_at'],
] as const satisfies readonly (readonly [OriginalTable, string])[];
