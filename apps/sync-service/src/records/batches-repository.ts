/** The batches that records came in: what each was answered, and where the history stood after it (rule D6). */
import type { AccountId, KeyId } from '@mhb/core-domain/wire';
import type { Transaction } from '../database/database.ts';
import type { Growth } from './quota.ts';

export interface KnownBatch {
  readonly requestHash: Buffer;
  /** Per change: its seq, 0 for a conflict, or minus the number of the reason. */
  readonly outcome: readonly bigint[];
}

/** Read after the lock: whether the key still counts, and whether the batch came before. */
export const readKeyAndBatch = async (
  tx: Transaction,
  {
    accountId,
    keyId,
    batchId,
  }: { readonly accountId: AccountId; readonly keyId: KeyId; readonly batchId: string },
): Promise<{ readonly isKeyValid: boolean; readonly batch: KnownBatch | undefined }> => {
  const [row] = await tx.query<{ is_valid: boolean; request_hash: Buffer | null; outcome: string[] | null }>(
    `select api_key.revoked_on is null as is_valid, batch.request_hash, batch.outcome
     from api_key
     left join batch on batch.account_id = api_key.account_id and batch.batch_id = $3
     where api_key.account_id = $1 and api_key.key_id = $2`,
    [accountId, keyId, batchId],
    'kept',
  );
  const requestHash = row?.request_hash ?? undefined;
  return {
    isKeyValid: row?.is_valid ?? false,
    batch: requestHash === undefined ? undefined : { requestHash, outcome: (row?.outcome ?? []).map(BigInt) },
  };
};

/**
 * What was answered, where the history now stands, and what the account holds. `chained` is absent where nothing was
 * applied.
 */
export const storeBatch = (
  tx: Transaction,
  accountId: AccountId,
  batch: {
    readonly batchId: string;
    readonly requestHash: Buffer;
    readonly outcome: readonly bigint[];
    readonly chained: { readonly first: bigint; readonly last: bigint; readonly chain: Buffer } | undefined;
    readonly growth: Growth;
  },
): void => {
  const { first = null, last = null, chain = null } = batch.chained ?? {};
  tx.send(
    `with moved as (
       update account set head = $5, chain = $7, records = records + $8, bytes = bytes + $9
       where account_id = $1 and $5::bigint is not null
     )
     insert into batch (account_id, batch_id, request_hash, outcome, first_seq, last_seq, chain)
     values ($1, $2, $3, $4, $6, $5, $7)`,
    [
      accountId,
      batch.batchId,
      batch.requestHash,
      batch.outcome,
      last,
      first,
      chain,
      batch.growth.records,
      batch.growth.bytes,
    ],
    'kept',
  );
};

/** The chain after the batch that ended at `seq`, or `undefined` where none did. */
export const readChainAt = async (
  tx: Transaction,
  accountId: AccountId,
  seq: bigint,
): Promise<Buffer | undefined> => {
  const [row] = await tx.query<{ chain: Buffer }>(
    'select chain from batch where account_id = $1 and last_seq = $2',
    [accountId, seq],
  );
  return row?.chain;
};

/** How many of these batches are part of the history. */
export const countBatches = async (
  tx: Transaction,
  accountId: AccountId,
  batchIds: readonly string[],
): Promise<number> => {
  if (batchIds.length === 0) return 0;
  const [row] = await tx.query<{ count: string }>(
    'select count(*) as count from batch where account_id = $1 and batch_id = any($2::uuid[])',
    [accountId, batchIds],
  );
  return Number(row?.count ?? 0);
};
