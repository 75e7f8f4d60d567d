/** Own batches that the service has taken: a download leaves them out, so nobody is sent what they just sent. */
import { BatchId, limits } from '@mhb/core-domain/wire';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

export const rememberOwnBatch = (
  tx: Transaction,
  batch: { readonly batchId: string; readonly lastSeq: number },
): void => {
  tx.run(
    sql`insert or replace into own_batch (batch_id, last_seq) values (${batch.batchId}, ${batch.lastSeq})`,
  );
};

/** The latest ones; what is left out of this list is merely downloaded again. */
export const listOwnBatches = (db: Reader): BatchId[] =>
  db
    .all<{ batch_id: string }>(
      sql`select batch_id from own_batch order by last_seq desc limit ${limits.SKIP_BATCHES_MAX}`,
    )
    .map(({ batch_id }) => BatchId.parse(batch_id));

/** A download has passed them. */
export const forgetOwnBatchesUpTo = (tx: Transaction, seq: number): void => {
  tx.run(sql`delete from own_batch where last_seq <= ${seq}`);
};
