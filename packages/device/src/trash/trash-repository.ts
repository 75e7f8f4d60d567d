/** What lies in the Trash, and since when on this device. */
import { type EntityKind, Instant, isEntityKind, RecordId } from '@mhb/core-domain';
import { z } from 'zod';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

const TrashedRow = z.object({
  id: RecordId,
  kind: z.custom<EntityKind>((text) => typeof text === 'string' && isEntityKind(text)),
  deleted_at: Instant,
  /** Null where it was deleted after this device last looked. */
  since: Instant.nullable(),
  /** Whether something outside the Trash still needs it: a name that the history shows, the group of an activity. */
  is_needed: z.union([z.literal(0), z.literal(1)]),
});
export type TrashedRow = z.infer<typeof TrashedRow>;

/** What was deleted last comes first. */
export const listTrashed = (
  db: Reader,
  { kind, limit }: { readonly kind: EntityKind | null; readonly limit: number },
): readonly TrashedRow[] =>
  db
    .all(
      sql`
      select trashed.id, trashed.kind, trashed.deleted_at, trash.since,
        case trashed.kind
          when 'activity' then
            exists (select 1 from activity_log log where log.activity_id = trashed.id and log.deleted_at is null)
            or exists (
              select 1 from mood_entry_activity named join mood_entry on mood_entry.id = named.mood_entry_id
              where named.activity_id = trashed.id and mood_entry.deleted_at is null)
          when 'activity_group' then exists (select 1 from activity where activity.group_id = trashed.id)
          else 0
        end as is_needed
      from trashed left join trash on trash.record_id = trashed.id
      where ${kind} is null or trashed.kind = ${kind}
      order by trashed.deleted_at desc, trashed.id desc
      limit ${limit}
    `,
    )
    .map((row) => TrashedRow.parse(row));

export const countTrashed = (db: Reader, kind: EntityKind | null): number =>
  db.get<{ count: number }>(
    sql`select count(*) as count from trashed where ${kind} is null or kind = ${kind}`,
  )?.count ?? 0;

/** The activities that went to the Trash with their group. */
export const listDeletedWithGroup = (
  db: Reader,
  group: { readonly id: RecordId; readonly deletedAt: Instant },
): readonly RecordId[] =>
  db
    .all<{ id: RecordId }>(
      sql`select id from activity where group_id = ${group.id} and deleted_at = ${group.deletedAt} order by id`,
    )
    .map(({ id }) => id);

/** The group of an activity where that is in the Trash too. */
export const listDeletedGroupOf = (db: Reader, activityId: RecordId): readonly RecordId[] =>
  db
    .all<{ id: RecordId }>(
      sql`
        select activity_group.id from activity join activity_group on activity_group.id = activity.group_id
        where activity.id = ${activityId} and activity_group.deleted_at is not null
      `,
    )
    .map(({ id }) => id);

/** Remembers `now` for what has come into the Trash, and forgets what has left it. */
export const noteTrash = (tx: Transaction, now: Instant): void => {
  tx.run(sql`delete from trash where record_id not in (select id from trashed)`);
  tx.run(sql`
    insert into trash (record_id, since)
    select id, ${now} from trashed where id not in (select record_id from trash)
  `);
};
