/** Where the entries are and how sync stands, in one line that is always true. */
import type { AnswerOf, LoopState } from '@mhb/device';
import { timeOfDay } from '../dates.ts';
import { plural } from '../plural.ts';

type SyncStatus = AnswerOf<'get_sync_status'>;

/** Two short lines; the second may be empty. */
export const syncWords = (
  status: SyncStatus | undefined,
  loop: LoopState | null,
): readonly [string, string] => {
  if (status === undefined) return ['', ''];
  if (status.phase === 'off') return ['On this device only', ''];
  if (status.phase === 'waiting for the recovery phrase')
    return ['Sync is not on yet', 'Confirm your phrase'];
  const waiting = status.pending === 0 ? '' : `${plural(status.pending, 'change')} waiting.`;
  const success = status.last_success_at === null ? '' : `Synced ${timeOfDay(status.last_success_at)}`;
  if (status.held_deletions > 0 || loop === 'halted') return ['Sync needs you', waiting];
  if (loop === 'backing off') return ['No connection', waiting === '' ? success : waiting];
  return waiting === '' ? [success === '' ? 'Syncing' : success, ''] : [waiting, success];
};
