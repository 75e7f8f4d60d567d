/** One transaction and the news of it: listeners hear of a change once it is on disk, and of nothing else. */
import type { Transaction } from '../database/sql.ts';
import type { ChangeFeedDep, DatabaseDep } from '../deps.ts';

type Synchronous<Value> = Value extends PromiseLike<unknown> ? never : Value;

export const write = <Value>(
  { database, changeFeed }: DatabaseDep & ChangeFeedDep,
  body: (tx: Transaction) => Synchronous<Value>,
): Value => {
  try {
    const value = database.transaction<Value>(body);
    changeFeed.publish();
    return value;
  } finally {
    changeFeed.forget();
  }
};
