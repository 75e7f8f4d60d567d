/** How far this device has come with sealing an account anew (rule E7); it goes on from here after any interruption. */
import { Cursor } from '@mhb/core-domain/wire';
import { z } from 'zod';
import { clearState, readState, writeState } from '../changes/device-state.ts';
import type { Reader, Transaction } from '../database/sql.ts';

const SealingAnew = z
  .strictObject({
    /** The data key that everything is to be sealed with. */
    key: z.string(),
    /** Where the last page of this walk ended; null at its beginning. */
    cursor: Cursor.nullable(),
    /** The head at the beginning of this walk; what is sealed anew on the way lies behind it. */
    until: z.int().nullable(),
    /** What this walk has met that was sealed with an earlier key, and what a newer app has sealed. */
    found: z.int(),
    unknown: z.int(),
    /** How many records were sealed anew, by this device and in all. */
    sealed_anew: z.int(),
  })
  .readonly();
export type SealingAnew = z.infer<typeof SealingAnew>;

export const readSealingAnew = (db: Reader): SealingAnew | undefined => {
  const text = readState(db, 'sealing_anew');
  return text === undefined ? undefined : SealingAnew.parse(JSON.parse(text));
};

export const writeSealingAnew = (tx: Transaction, walk: SealingAnew): void => {
  writeState(tx, 'sealing_anew', JSON.stringify(SealingAnew.parse(walk)));
};

export const beginSealingAnew = (tx: Transaction, key: string): SealingAnew => {
  const walk = { key, cursor: null, until: null, found: 0, unknown: 0, sealed_anew: 0 };
  writeSealingAnew(tx, walk);
  return walk;
};

/** Everything is looked at once more, from the first record on. */
export const beginNextWalk = (tx: Transaction, walk: SealingAnew): void => {
  writeSealingAnew(tx, { ...walk, cursor: null, until: null, found: 0, unknown: 0 });
};

export const endSealingAnew = (tx: Transaction): void => {
  clearState(tx, 'sealing_anew');
};
