/**
 * The hash chain of an account's history (rule D6). It covers every batch in order, so two histories with the same
 * chain at the same head are the same history.
 *
 *   c' = SHA-256( "mhb-chain-v1" | c 32 | batch id 16 | first seq 8 | last seq 8 | SHA-256( id 16 | SHA-256(sealed) 32 … ) )
 *
 * Seqs are big-endian; the records stand in order of their seqs.
 */
import { createHash, hash } from 'node:crypto';

/** The chain before the first batch. */
export const GENESIS = Buffer.alloc(32);

export interface ChainedRecord {
  /** 32 hex digits. */
  readonly id: string;
  readonly sealed: Uint8Array;
}

export const nextChain = (
  chain: Buffer,
  batch: {
    readonly batchId: string;
    readonly first: bigint;
    readonly last: bigint;
    readonly records: readonly ChainedRecord[];
  },
): Buffer => {
  const records = Buffer.alloc(batch.records.length * 48);
  for (const [index, { id, sealed }] of batch.records.entries()) {
    records.write(id, index * 48, 'hex');
    // As text: a buffer of its own for each of them would cost more than the hash.
    records.write(hash('sha256', sealed, 'hex'), index * 48 + 16, 'hex');
  }
  return createHash('sha256')
    .update('mhb-chain-v1', 'latin1')
    .update(chain)
    .update(batch.batchId, 'hex')
    .update(seqBytes(batch.first))
    .update(seqBytes(batch.last))
    .update(hash('sha256', records, 'buffer'))
    .digest();
};

export const seqBytes = (seq: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(seq);
  return bytes;
};
