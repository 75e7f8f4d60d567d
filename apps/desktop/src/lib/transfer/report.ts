/** What an import did, in one shape whichever file it was. */
import type { AnswerOf } from '@mhb/device';

export interface ReportLine {
  readonly what: string;
  readonly read: number;
  readonly imported: number;
  readonly skipped: number;
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

export interface Report {
  readonly lines: readonly ReportLine[];
  readonly changed: number;
  readonly unchanged: number;
}

/** Readable names of the original app's tables. */
const tableWords: Readonly<Record<string, string>> = {
  assessment_responses: 'Assessments',
  activity_groups: 'Groups',
  activities: 'Activities',
  mood_checkins: 'Moods',
  mood_checkin_activities: 'Activities of moods',
  activity_logs: 'Logged activities',
  activity_goals: 'Goals',
  assessment_schedules: 'Reminders',
};

export const reportOf = (
  answer: AnswerOf<'import_daylio'> | AnswerOf<'import_json'> | AnswerOf<'import_original'>,
): Report => {
  const { changed, unchanged } = answer;
  if ('tables' in answer) {
    const lines = answer.tables
      .filter(({ table }) => tableWords[table] !== undefined)
      .map(({ table, read, imported, used, skipped, unreadable, reasons }) => ({
        what: tableWords[table] ?? table,
        read,
        imported: imported + used,
        skipped: skipped + unreadable,
        reasons,
      }));
    return { lines, changed, unchanged };
  }
  const { read, skipped, reasons } = answer;
  return {
    lines: [{ what: 'Entries', read, imported: read - skipped, skipped, reasons }],
    changed,
    unchanged,
  };
};
