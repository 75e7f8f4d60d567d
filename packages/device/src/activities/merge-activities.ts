/**
 * Two activities with one name, made on two devices or brought along by an import, become one: what names the second
 * names the first from then on, and the second goes to the Trash.
 */
import {
  Activity,
  ActivityId,
  type ActivityGoal,
  type ActivityLog,
  err,
  type MoodEntry,
  ok,
  type Result,
  sameNameKey,
} from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { deleteRecord, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { Transaction } from '../database/sql.ts';
import { WHOLE_RANGE } from '../date-range.ts';
import type { DatabaseDep, DeviceDeps } from '../deps.ts';
import { Count, listed } from '../entity-answers.ts';
import { listActivityGoals } from './activity-goal-repository.ts';
import { listLogsOfActivity } from './activity-log-repository.ts';
import { listActivities, listCheckInsNaming } from './activity-repository.ts';

export const GetDuplicateActivities = z.strictObject({});

export const DuplicateActivities = z.array(z.array(listed(Activity)).readonly()).readonly();

/** Living activities that a person can't tell apart by name, each set in the order they were made. */
export const getDuplicateActivities = ({
  database,
}: DatabaseDep): Result<z.infer<typeof DuplicateActivities>, never> => {
  const byName = Map.groupBy(listActivities(database, { includeDeleted: false }), ({ name }) =>
    sameNameKey(name),
  );
  const sets = [...byName.values()].filter((activities) => activities.length > 1);
  return ok(sets.map((set) => set.toSorted((a, b) => (a.created_at < b.created_at ? -1 : 1))));
};

export const MergeActivities = z.strictObject({
  keep_id: ActivityId.describe('The activity that stays.'),
  merge_id: ActivityId.describe('The one that goes to the Trash.'),
});

/** How many of each now name the activity that was kept. */
export const MergedActivities = z
  .strictObject({ logs: Count, checkins: Count, goals: Count })
  .readonly()
  .describe('How many of each now name the activity that was kept.');
export type MergedActivities = z.infer<typeof MergedActivities>;

/**
 * Answers how many of each now name the activity that was kept. Entries in the Trash go on naming the other one, which
 * can be restored with them.
 */
export const mergeActivities = (
  deps: DeviceDeps,
  { keep_id, merge_id }: z.output<typeof MergeActivities>,
): Result<
  MergedActivities,
  NotFound | { readonly type: 'SameActivity'; readonly fields: readonly string[] }
> => {
  if (keep_id === merge_id) return err({ type: 'SameActivity', fields: ['keep_id', 'merge_id'] });
  return write(deps, (tx) => {
    const kept = findLiving(tx, { kind: 'activity', id: keep_id, field: 'keep_id' });
    if (!kept.ok) return kept;
    const merged = findLiving(tx, { kind: 'activity', id: merge_id, field: 'merge_id' });
    if (!merged.ok) return merged;

    const logs: readonly ActivityLog[] = listLogsOfActivity(tx, merge_id, {
      ...WHOLE_RANGE,
      limit: EVERY_ONE,
    });
    const entries = checkInsNaming(tx, merge_id);
    const goals: readonly ActivityGoal[] = listActivityGoals(tx, { activityId: merge_id, groupId: null });
    const edits = [
      ...logs.map((log) => () => {
        editRecord(deps, tx, 'activity_log', { ...log, activity_id: keep_id });
      }),
      ...entries.map((entry) => () => {
        editRecord(deps, tx, 'mood_entry', renamed(entry, merge_id, keep_id));
      }),
      ...goals.map((goal) => () => {
        editRecord(deps, tx, 'activity_goal', { ...goal, activity_id: keep_id });
      }),
    ];
    for (const [index, edit] of edits.entries()) {
      edit();
      deps.onProgress({ step: 'merge', done: index + 1, total: edits.length });
    }
    deleteRecord(deps, tx, merge_id);
    return ok({ logs: logs.length, checkins: entries.length, goals: goals.length });
  });
};

const checkInsNaming = (tx: Transaction, id: ActivityId): readonly MoodEntry[] =>
  listCheckInsNaming(tx, id).flatMap((entryId) => {
    const found = findLiving(tx, { kind: 'mood_entry', id: entryId, field: 'merge_id' });
    return found.ok ? [found.value] : [];
  });

/** SQLite reads a negative limit as none. */
const EVERY_ONE = -1;

/** In its place, and once: an entry may have named both. */
const renamed = (entry: MoodEntry, from: ActivityId, to: ActivityId): MoodEntry => ({
  ...entry,
  activity_ids: [...new Set(entry.activity_ids.map((id) => (id === from ? to : id)))],
});
