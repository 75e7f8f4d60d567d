/**
 * How far a device has read, and in which history (rules D5, D6). Opaque to the device:
 *
 *   epoch 16 | seq 8 | head when it was given 8 | chain at that head 32      base64url
 */
import { Cursor } from '@mhb/core-domain/wire';
import { seqBytes } from './chain.ts';

export interface CursorPlace {
  /** A uuid as 32 hex digits. */
  readonly epoch: string;
  readonly seq: bigint;
  readonly head: bigint;
  readonly chain: Buffer;
}

const BYTES = 16 + 8 + 8 + 32;

export const writeCursor = ({ epoch, seq, head, chain }: CursorPlace): Cursor =>
  Cursor.parse(
    Buffer.concat([Buffer.from(epoch, 'hex'), seqBytes(seq), seqBytes(head), chain]).toString('base64url'),
  );

/** `undefined` for a text that no service has written. */
export const readCursor = (cursor: Cursor): CursorPlace | undefined => {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== BYTES || bytes.toString('base64url') !== cursor) return undefined;
  const place = {
    epoch: bytes.subarray(0, 16).toString('hex'),
    seq: bytes.readBigUInt64BE(16),
    head: bytes.readBigUInt64BE(24),
    chain: bytes.subarray(32),
  };
  // Nobody was ever given a place beyond the head, and Postgres counts no further than this.
  return place.seq <= place.head && place.head <= 0x7fff_ffff_ffff_ffffn ? place : undefined;
};
