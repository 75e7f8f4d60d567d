/** Groups and activities of the original app. Deleted ones come along, or the history would lose their names. */
import { ActivityGroupId, ActivityId, err, ok, storedText } from '@mhb/core-domain';
import { z } from 'zod';
import {
  type Conversions,
  convertRows,
  deletionOf,
  originalRecord,
  type OriginalRecord,
  orNull,
  type Reading,
} from './conversion.ts';
import type { FoundRows } from './tables.ts';
import { NO_TIME, rowBefore, rowTime } from './times.ts';

/** Times are `unknown`: they are read on their own, so that no entry is lost over one that can't be read. */
const GroupRow = z.object({
  id: z.int(),
  name: storedText,
  description: storedText.nullable(),
  created_at: z.unknown(),
  deleted_at: z.unknown(),
});
type GroupRow = z.infer<typeof GroupRow>;

export const convertGroups = (reading: Reading, { rows }: FoundRows): Conversions<GroupRow, OriginalRecord> =>
  convertRows(reading, {
    rows,
    schema: GroupRow,
    convert: ({ names, before }, row) => {
      const created = rowTime('created_at', row.created_at, [
        ['deleted_at', row.deleted_at],
        rowBefore(before),
      ]);
      if (created === undefined) return err(NO_TIME);
      const deleted = deletionOf(row.deleted_at, created.at);
      const entity = {
        id: ActivityGroupId.parse(names.idOf('activity_groups', row.id)),
        name: row.name,
        description: orNull(row.description),
        created_at: created.at,
      };
      return ok({
        value: originalRecord(names, 'activity_group', {
          entity,
          writtenAt: created.at,
          deletedAt: deleted.at,
        }),
        at: created.at,
        notes: [...created.notes, ...deleted.notes],
      });
    },
  });

const ActivityRow = z.object({
  id: z.int(),
  group_id: z.int(),
  name: storedText,
  color: storedText.nullable(),
  icon: storedText.nullable(),
  created_at: z.unknown(),
  deleted_at: z.unknown(),
});
type ActivityRow = z.infer<typeof ActivityRow>;

/** `groups` are those that came along; a reference to another one is kept (rule M5). */
export const convertActivities = (
  reading: Reading,
  { rows }: FoundRows,
  groups: Living,
): Conversions<ActivityRow, OriginalRecord> =>
  convertRows(reading, {
    rows,
    schema: ActivityRow,
    convert: ({ names, before }, row) => {
      const created = rowTime('created_at', row.created_at, [
        ['deleted_at', row.deleted_at],
        rowBefore(before),
      ]);
      if (created === undefined) return err(NO_TIME);
      const deleted = deletionOf(row.deleted_at, created.at);
      const entity = {
        id: ActivityId.parse(names.idOf('activities', row.id)),
        group_id: ActivityGroupId.parse(names.idOf('activity_groups', row.group_id)),
        name: row.name,
        color: orNull(row.color),
        icon: orNull(row.icon),
        created_at: created.at,
      };
      return ok({
        value: originalRecord(names, 'activity', { entity, writtenAt: created.at, deletedAt: deleted.at }),
        at: created.at,
        notes: [
          ...created.notes,
          ...deleted.notes,
          ...groupNotes(groups.get(row.group_id), deleted.at !== null),
        ],
      });
    },
  });

const groupNotes = (groupLives: boolean | undefined, isDeleted: boolean): readonly string[] => {
  if (groupLives === undefined) return ['its group is not in the file'];
  // The original hid a deleted group and left its activities alive; ours shows them without a group.
  return groupLives || isDeleted ? [] : ['it lives on although its group was deleted'];
};

/** Whether a row that came along is alive, by its integer id. */
export type Living = ReadonlyMap<number, boolean>;

export const livingOf = (
  conversions: Conversions<{ readonly id: number; readonly deleted_at: unknown }, OriginalRecord>,
): Living => new Map(conversions.converted.map(({ row }) => [row.id, row.deleted_at === null]));
