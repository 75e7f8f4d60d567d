/** The original app's log of what a person did, and when. */
import { ActivityId, ActivityLogId, err, momentOf, ok, storedText } from '@mhb/core-domain';
import { z } from 'zod';
import type { Living } from './activity-rows.ts';
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

const LogRow = z.object({
  id: z.int(),
  activity_id: z.int(),
  logged_at: z.unknown(),
  created_at: z.unknown(),
  notes: storedText.nullable(),
  deleted_at: z.unknown(),
});
type LogRow = z.infer<typeof LogRow>;

/** A reference to an activity that did not come along is kept (rule M5). */
export const convertLogs = (
  reading: Reading,
  { rows }: FoundRows,
  activities: Living,
): Conversions<LogRow, OriginalRecord> =>
  convertRows(reading, {
    rows,
    schema: LogRow,
    convert: ({ names, timeZone, before }, row) => {
      const created = rowTime('created_at', row.created_at, [
        ['logged_at', row.logged_at],
        ['deleted_at', row.deleted_at],
        rowBefore(before),
      ]);
      if (created === undefined) return err(NO_TIME);
      const logged = rowTime('logged_at', row.logged_at, [['created_at', created.at]]) ?? created;
      const deleted = deletionOf(row.deleted_at, created.at);
      const { at, time_zone, local_date } = momentOf(logged.at, timeZone);
      const entity = {
        id: ActivityLogId.parse(names.idOf('activity_logs', row.id)),
        activity_id: ActivityId.parse(names.idOf('activities', row.activity_id)),
        logged_at: at,
        time_zone,
        local_date,
        notes: orNull(row.notes),
        created_at: created.at,
      };
      const orphan = activities.has(row.activity_id) ? [] : ['its activity was not imported'];
      return ok({
        value: originalRecord(names, 'activity_log', {
          entity,
          writtenAt: created.at,
          deletedAt: deleted.at,
        }),
        at: created.at,
        notes: [...created.notes, ...logged.notes, ...deleted.notes, ...orphan],
      });
    },
  });
