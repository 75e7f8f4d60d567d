/** Preferences as rows. Two devices may each have made one for the same key, so a key can stand here twice. */
import { type Instant, Preference, type PreferenceId } from '@mhb/core-domain';
import { type Deletable, parseRow } from '../changes/deletable.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

export const upsertPreference = (
  tx: Transaction,
  preference: Preference,
  deletedAt: Instant | null,
): void => {
  tx.run(sql`
    insert into preference (id, key, value, created_at, deleted_at)
    values (${preference.id}, ${preference.key}, ${JSON.stringify(preference.value)}, ${preference.created_at},
      ${deletedAt})
    on conflict (id) do update set
      key = excluded.key, value = excluded.value, created_at = excluded.created_at,
      deleted_at = excluded.deleted_at
  `);
};

export const deletePreference = (tx: Transaction, id: PreferenceId): void => {
  tx.run(sql`delete from preference where id = ${id}`);
};

/** Living ones, the one that was written last first: where a key stands twice, the first one counts. */
export const listPreferences = (db: Reader): readonly Deletable<Preference>[] =>
  db
    .all<Record<string, unknown> & { value: string }>(
      sql`
        select preference.id, preference.key, preference.value, preference.created_at, preference.deleted_at
        from preference
        join record on record.id = preference.id
        where preference.deleted_at is null
        order by json_extract(record.envelope, '$.groups.value.stamp') desc, preference.id desc
      `,
    )
    .map((row) => parseRow(Preference, { ...row, value: JSON.parse(row.value) }));
