/**
 * Randomness arrives from outside and is not trusted blindly: a generator that is stuck would give every device the
 * same keys, or one key the same nonce twice. That stops everything before anything is written.
 */
import { assert } from '@mhb/core-domain';

/** As many bytes as asked for, from the operating system's generator. */
export type RandomBytes = (length: number) => Uint8Array;

/** The shortest draw that can be judged: by chance two of 16 bytes are never equal. */
const JUDGED_BYTES = 16;

/** The same generator; it throws on a short draw, on zeros, and on a draw that begins like the one before it. */
export const checkedRandom = (randomBytes: RandomBytes): RandomBytes => {
  const last = new Uint8Array(JUDGED_BYTES);
  return (length) => {
    assert(length >= JUDGED_BYTES, 'only draws of at least 16 bytes can be judged');
    const drawn = randomBytes(length);
    assert(drawn.length === length, 'the random generator gives as many bytes as asked for');
    // `last` begins as zeros, so a first draw of zeros is caught by the same comparison.
    assert(!beginsWith(drawn, last), 'the random generator does not repeat itself');
    assert(!isZero(drawn), 'the random generator does not give zeros');
    // Copied, since a generator may hand out one buffer again and again.
    last.set(drawn.subarray(0, JUDGED_BYTES));
    return drawn;
  };
};

/** One call to the generator for 64 nonces, as the call costs more than all the rest of sealing a short record. */
const POOL_BYTES = 64 * 24;

/** The same generator, asked less often. No byte is given twice. */
export const pooledRandom = (randomBytes: RandomBytes): RandomBytes => {
  let pool = new Uint8Array(0);
  return (length) => {
    if (pool.length < length) pool = new Uint8Array(randomBytes(Math.max(length, POOL_BYTES)));
    const drawn = pool.subarray(0, length);
    pool = pool.subarray(length);
    return drawn;
  };
};

const beginsWith = (bytes: Uint8Array, start: Uint8Array): boolean => {
  for (let index = 0; index < start.length; index += 1) if (bytes[index] !== start[index]) return false;
  return true;
};

const isZero = (bytes: Uint8Array): boolean => {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
};
