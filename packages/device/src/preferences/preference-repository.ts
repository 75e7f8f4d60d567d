/** Preferences as rows. Two devices may each have made one for the same key, so a key can stand here twice. */
import { type Instant, Preference, type PreferenceId, type PreferenceKey } from '@mhb/core-domain';
import { type Deletable, type Row, rowReader } from '../changes/deletable.ts';
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
    .all<Row & { readonly value: string }>(
      sql`
        select preference.id, preference.key, preference.value, preference.created_at, preference.deleted_at
        from preference
        join record on record.id = preference.id
        where preference.deleted_at is null
        order by json_extract(record.envelope, '$.groups.value.stamp') desc, preference.id desc
      `,
    )
    .map((row) => readPreference({ ...row, value: JSON.parse(row.value) as unknown }));

const readPreference = rowReader(Preference);

/** What counts for a key, as it was written; `undefined` where nobody has set it. */
export const findPreferenceValue = (db: Reader, key: PreferenceKey): unknown => {
  const row = db.get<{ readonly value: string }>(sql`
    select preference.value
    from preference
    join record on record.id = preference.id
    where preference.key = ${key} and preference.deleted_at is null
    order by json_extract(record.envelope, '$.groups.value.stamp') desc, preference.id desc
    limit 1
  `);
  return row === undefined ? undefined : JSON.parse(row.value);
};
