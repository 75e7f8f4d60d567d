/**
 * What the service sees in place of a record id (rule R2). A record id begins with the time it was made, which would
 * tell the service when somebody wrote something; so the 16 bytes are enciphered as one block of AES-256 under a key
 * of the account. A block cipher is a permutation: no two records can meet, and every device computes the same.
 *
 *   018f3c2a-9b4d-7abc-8123-456789abcdef  ◄─ AES-256, one block ─►  7d3e…  (32 hex digits)
 */
import { assert, RecordId } from '@mhb/core-domain';
import type { AccountId, WireId } from '@mhb/core-domain/wire';
import { type Cipheriv, createCipheriv, createDecipheriv, type Decipheriv } from 'node:crypto';
import { ID_BYTES, recordIdKeyOf } from './keys.ts';

export interface RecordIdCipher {
  readonly wireIdOf: (recordId: RecordId) => WireId;
  /** `undefined` for an id that no device made. */
  readonly recordIdOf: (wireId: WireId) => RecordId | undefined;
  /** Many ids in one cipher call, in the same order. */
  readonly wireIdsOf: (recordIds: readonly RecordId[]) => readonly WireId[];
  readonly recordIdsOf: (wireIds: readonly WireId[]) => readonly (RecordId | undefined)[];
}

export const createRecordIdCipher = (idKey: Uint8Array, accountId: AccountId): RecordIdCipher => {
  const key = recordIdKeyOf(idKey, accountId);
  // Without padding and chaining each block stands alone, so one cipher serves for all calls.
  const encipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);

  // What the cipher gives back is 32 lowercase hex digits for each id, which is all that the brand says.
  return {
    wireIdOf: (recordId) => through(encipher, digitsOf(recordId), 1) as WireId,
    recordIdOf: (wireId) => recordIdFrom(through(decipher, wireId, 1)),
    wireIdsOf: (recordIds) =>
      splitIds(through(encipher, digitsOf(recordIds.join('')), recordIds.length)) as readonly WireId[],
    recordIdsOf: (wireIds) => splitIds(through(decipher, wireIds.join(''), wireIds.length)).map(recordIdFrom),
  };
};

const through = (cipher: Cipheriv | Decipheriv, hex: string, count: number): string => {
  const blocks = Buffer.from(hex, 'hex');
  // Half a block would stay in the cipher and shift every id after it.
  assert(blocks.length === count * ID_BYTES, 'an id has 16 bytes');
  return cipher.update(blocks).toString('hex');
};

const digitsOf = (recordIds: string): string => recordIds.replaceAll('-', '');

const splitIds = (hex: string): readonly string[] =>
  Array.from({ length: hex.length / DIGITS }, (_, index) => hex.slice(index * DIGITS, (index + 1) * DIGITS));

const DIGITS = ID_BYTES * 2;

const recordIdFrom = (hex: string): RecordId | undefined =>
  RecordId.safeParse(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
  ).data;
