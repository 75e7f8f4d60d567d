/** How a cursor is written, and that only what a service wrote is read. */
import { Cursor } from '@mhb/core-domain/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCursor, writeCursor } from './cursor.ts';

const anyPlace = fc
  .record({
    epoch: fc.stringMatching(/^[0-9a-f]{32}$/),
    seqs: fc.tuple(fc.bigInt(0n, 0x7fff_ffff_ffff_ffffn), fc.bigInt(0n, 0x7fff_ffff_ffff_ffffn)),
    chain: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  })
  .map(({ epoch, seqs: [a, b], chain }) => ({
    epoch,
    seq: a < b ? a : b,
    head: a < b ? b : a,
    chain: Buffer.from(chain),
  }));

test('[D5] a cursor gives back the place it was written for', () => {
  fc.assert(
    fc.property(anyPlace, (place) => {
      expect(readCursor(writeCursor(place))).toEqual(place);
    }),
  );
});

test('[D5] a cursor is 64 bytes: epoch, seq, head, chain', () => {
  const cursor = writeCursor({ epoch: 'ee'.repeat(16), seq: 1n, head: 258n, chain: Buffer.alloc(32, 0xcc) });
  const hex = `${'ee'.repeat(16)}00000000000000010000000000000102${'cc'.repeat(32)}`;
  expect(Buffer.from(cursor, 'base64url').toString('hex')).toBe(hex);
});

test('[D6] a text that no service has written is no cursor', () => {
  const written = writeCursor({ epoch: '0'.repeat(32), seq: 0n, head: 0n, chain: Buffer.alloc(32) });
  const beyond = Buffer.from(written, 'base64url');
  beyond.writeBigUInt64BE(1n, 16);
  const immense = Buffer.from(written, 'base64url');
  immense.writeBigUInt64BE(0x8000_0000_0000_0000n, 24);
  const texts = [
    written.slice(0, -1),
    `${written}A`,
    // The same bytes with bits left over, which would make two texts of one cursor.
    `${written.slice(0, -1)}B`,
    'A',
    '____',
    beyond.toString('base64url'),
    immense.toString('base64url'),
  ];
  for (const text of texts) expect(readCursor(Cursor.parse(text)), text).toBeUndefined();
});

test('[D5] a place at the head is read, up to the last number that Postgres counts', () => {
  const last = 0x7fff_ffff_ffff_ffffn;
  for (const head of [0n, 5n, last]) {
    const place = { epoch: '0'.repeat(32), seq: head, head, chain: Buffer.alloc(32) };
    expect(readCursor(writeCursor(place))).toEqual(place);
  }
});
