/**
 * What the device remembers of its sync from one start to the next.
 *
 *   off ── enable_sync ──► unconfirmed ── confirm_recovery_phrase ──► on
 *    ▲ └─ enable_sync with a recovery phrase or a pairing link ───────┘ │
 *    └──────────────────────── disable_sync ────────────────────────────┘
 */
import { Instant } from '@mhb/core-domain';
import { AccountId, Cursor } from '@mhb/core-domain/wire';
import { z } from 'zod';
import { clearState, readState, writeState } from '../changes/device-state.ts';
import type { Reader, Transaction } from '../database/sql.ts';

const SyncState = z.strictObject({
  url: z.string(),
  account_id: AccountId,
  /** The keyring as the service keeps it, sealed. */
  keyring: z.base64(),
  /** The greatest generation of the keyring this device has seen; an earlier one is refused (rule E4). */
  generation: z.int().min(1),
  /** Which words of the recovery phrase are to be given back; null once they were. */
  confirm_positions: z.tuple([z.int().min(1).max(12), z.int().min(1).max(12)]).nullable(),
  last_success_at: Instant.nullable(),
  last_failure: z.strictObject({ at: Instant, code: z.string() }).nullable(),
});
export type SyncState = z.infer<typeof SyncState>;

/** `undefined` while sync is off. */
export const readSyncState = (db: Reader): SyncState | undefined => {
  const text = readState(db, 'sync');
  return text === undefined ? undefined : SyncState.parse(JSON.parse(text));
};

export const writeSyncState = (tx: Transaction, state: SyncState): void => {
  writeState(tx, 'sync', JSON.stringify(SyncState.parse(state)));
};

export const clearSyncState = (tx: Transaction): void => {
  clearState(tx, 'sync');
  clearState(tx, 'registered');
  clearState(tx, 'key_change');
  clearState(tx, 'sealing_anew');
};

const FirstDownload = z.strictObject({ done: z.int().min(0), total: z.int().min(0) });
export type FirstDownload = z.infer<typeof FirstDownload>;

/** How far the download of everything has come, over all attempts; `undefined` where there is none. */
export const readFirstDownload = (db: Reader): FirstDownload | undefined => {
  const text = readState(db, 'first_download');
  return text === undefined ? undefined : FirstDownload.parse(JSON.parse(text));
};

/** With each page of the download of everything, and in its transaction. */
export const noteFirstDownload = (
  tx: Transaction,
  page: { readonly received: number; readonly remaining: number },
): void => {
  if (readState(tx, 'reconciling') === undefined) return;
  const done = (readFirstDownload(tx)?.done ?? 0) + page.received;
  writeState(tx, 'first_download', JSON.stringify({ done, total: done + page.remaining }));
};

/** Where the last page ended, or null before the first. */
export const readCursor = (db: Reader): Cursor | null =>
  Cursor.nullable().parse(readState(db, 'cursor') ?? null);

export const writeCursor = (tx: Transaction, cursor: Cursor): void => {
  writeState(tx, 'cursor', cursor);
};
