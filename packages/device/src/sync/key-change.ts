/**
 * A change of the recovery phrase or of all keys that is under way (rules E5, E7). It is remembered here from the
 * moment a phrase is shown until the service is known to hold what belongs to it:
 *
 *   nothing ── replace_recovery_phrase, change_keys ──► shown ── confirm_recovery_phrase ──► confirmed ─┐
 *      ▲         (again: another phrase takes its place)  │                                             │
 *      └── disable_sync, or the keys were changed elsewhere ◄── the keyring is on the service ◄─────────┘
 *
 * Until it is confirmed nothing has changed for anybody. After a change of all keys everything is sealed anew, which
 * seal-anew.ts does; that it is due stands in the keyring itself.
 */
import { z } from 'zod';
import { clearState, readState, writeState } from '../changes/device-state.ts';
import type { Reader, Transaction } from '../database/sql.ts';

const position = z.int().min(1).max(12);

const KeyChange = z
  .strictObject({
    what: z.enum(['recovery phrase', 'keys']),
    /** Which words of the new phrase are to be given back. */
    confirm_positions: z.tuple([position, position]).readonly(),
    is_confirmed: z.boolean(),
    /** Whether this device has got itself a new API key; whoever stole a device may have this one's. */
    is_own_key_new: z.boolean(),
    /** What is put on the service, frozen before it is first sent, so that sending it again is the same request. */
    outgoing: z
      .strictObject({ base: z.int().min(1), keyring: z.base64(), recovery: z.base64() })
      .readonly()
      .nullable(),
  })
  .readonly();
export type KeyChange = z.infer<typeof KeyChange>;

/** `undefined` while nothing is being changed. */
export const readKeyChange = (db: Reader): KeyChange | undefined => {
  const text = readState(db, 'key_change');
  return text === undefined ? undefined : KeyChange.parse(JSON.parse(text));
};

export const writeKeyChange = (tx: Transaction, change: KeyChange): void => {
  writeState(tx, 'key_change', JSON.stringify(KeyChange.parse(change)));
};

export const clearKeyChange = (tx: Transaction): void => {
  clearState(tx, 'key_change');
};
