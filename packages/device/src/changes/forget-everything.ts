/**
 * Empties every table of what was entered, without a trace for other devices. Who this device is stays, and the last
 * stamp it has seen, so that what is written next is later than anything that was here (rule S2).
 */
import { entityKinds } from '@mhb/core-domain';
import { sql, type Transaction } from '../database/sql.ts';
import type { ChangeFeedDep } from '../deps.ts';

export const forgetEverything = ({ changeFeed }: ChangeFeedDep, tx: Transaction): void => {
  const lasting: readonly string[] = ['migration', 'device_state'];
  const names = tx.all<{ name: string }>(sql`
    select name from sqlite_schema where type = 'table' and name not like 'sqlite%'
  `);
  for (const { name } of names) {
    // A table's name can't be a parameter; this one is from the schema.
    if (!lasting.includes(name)) tx.run({ text: `delete from "${name}"`, values: [] });
  }
  tx.run(sql`delete from device_state where name not in ('device_id', 'last_stamp')`);
  for (const kind of entityKinds) changeFeed.note(kind);
};
