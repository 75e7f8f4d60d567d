/** What the service may never hold: a batch with a hole behind it, or a head that is not the end of the last one. */
import pg from 'pg';
import { expect } from 'vitest';

/** The batches of the account stand one behind the other, up to its head. */
export const expectWholeHistory = async (url: string): Promise<void> => {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ first: string; last: string }>(
    'select first_seq as first, last_seq as last from batch where last_seq is not null order by last_seq',
  );
  const { rows: heads } = await client.query<{ head: string }>('select head from account');
  await client.end();
  let last = 0;
  for (const batch of rows) {
    expect(Number(batch.first)).toBe(last + 1);
    last = Number(batch.last);
  }
  expect(heads.map(({ head }) => Number(head))).toEqual([last]);
};
