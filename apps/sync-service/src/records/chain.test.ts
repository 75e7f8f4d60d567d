/** The exact bytes of the hash chain, worked out here a second time and by hand. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChainedRecord, GENESIS, nextChain, seqBytes } from './chain.ts';

const sha256 = (hex: string): string => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex');

/** All of it written out as hex digits, and hashed in one piece. */
const expected = (chain: string, batchId: string, first: bigint, last: bigint, records: ChainedRecord[]) => {
  const seq = (value: bigint): string => value.toString(16).padStart(16, '0');
  const inner = records.map(({ id, sealed }) => id + sha256(Buffer.from(sealed).toString('hex'))).join('');
  const label = Buffer.from('mhb-chain-v1', 'ascii').toString('hex');
  return sha256(label + chain + batchId + seq(first) + seq(last) + sha256(inner));
};

const anyHex = (bytes: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${String(bytes * 2)}}$`));
const anySeq = fc.bigInt({ min: 1n, max: 0x7fff_ffff_ffff_ffffn });
const anyBatch = fc.record({
  chain: anyHex(32),
  batchId: anyHex(16),
  first: anySeq,
  last: anySeq,
  records: fc.array(fc.record({ id: anyHex(16), sealed: fc.uint8Array({ maxLength: 64 }) }), {
    maxLength: 5,
  }),
});

test('[D6] the chain is the documented hash over label, chain, batch, seqs and records', () => {
  fc.assert(
    fc.property(anyBatch, ({ chain, ...batch }) => {
      const { batchId, first, last, records } = batch;
      expect(nextChain(Buffer.from(chain, 'hex'), batch).toString('hex')).toBe(
        expected(chain, batchId, first, last, records),
      );
    }),
  );
});

test('[D6] one batch after the beginning, as fixed bytes', () => {
  expect(GENESIS).toEqual(Buffer.alloc(32));
  const records = [{ id: '11'.repeat(16), sealed: Buffer.from('sealed') }];
  const chain = nextChain(GENESIS, { batchId: '22'.repeat(16), first: 1n, last: 1n, records });
  expect(chain.toString('hex')).toBe('1be87f70b8081c9223863c35899fa435435a57a764b57affe8a75610b5cc6037');
});

test('[D6] two records in the other order are another history', () => {
  const records = [
    { id: '11'.repeat(16), sealed: Buffer.from('a') },
    { id: '22'.repeat(16), sealed: Buffer.from('b') },
  ];
  const chainOf = (ordered: typeof records) =>
    nextChain(GENESIS, { batchId: '33'.repeat(16), first: 1n, last: 2n, records: ordered });
  expect(chainOf(records)).not.toEqual(chainOf(records.toReversed()));
});

test('[D6] a seq is eight bytes, the greatest first', () => {
  expect(seqBytes(0x0102n).toString('hex')).toBe('0000000000000102');
});
