/** How sync stands, the truth first, in the same words wherever it is said (rule O9). */
import type { AnswerOf, LoopState } from '@mhb/device';
import { number, timeOfDay } from '../dates.ts';

export type SyncStatus = AnswerOf<'get_sync_status'>;

export interface Standing {
  /** Whether sync needs somebody, has to wait, or is as it should be. */
  readonly kind: 'away' | 'needs you' | 'off' | 'quiet';
  readonly heading: string;
  /** The second line of the navigation's foot; may be empty. */
  readonly second: string;
}

/** What keeps sync from going on until a person acts outranks what passes by itself, and that what merely waits. */
export const standingOf = (status: SyncStatus, loop: LoopState | null): Standing => {
  if (status.phase === 'off') return { kind: 'off', heading: 'On this device only', second: '' };
  if (status.phase === 'waiting for the recovery phrase')
    return { kind: 'needs you', heading: 'Sync is not on yet', second: 'Confirm your phrase' };
  const success = status.last_success_at === null ? '' : `Synced ${timeOfDay(status.last_success_at)}`;
  const second = status.pending === 0 ? success : waitingWords(status.pending);
  const turn = status.last_failure?.turn;
  if (turn === 'join again' || turn === 'person' || status.held_deletions > 0)
    return { kind: 'needs you', heading: 'Sync needs you', second };
  if (turn === 'nobody')
    return {
      kind: 'away',
      heading: status.last_failure?.code === 'Offline' ? 'No connection' : 'Sync has to wait',
      second,
    };
  if (status.first_download !== null)
    return { kind: 'quiet', heading: 'The first sync is on its way', second: 'You can go on' };
  if (status.pending > 0) return { kind: 'quiet', heading: waitingWords(status.pending), second: success };
  if (status.last_success_at === null)
    return { kind: 'quiet', heading: 'The first sync is on its way', second: '' };
  return { kind: 'quiet', heading: loop === 'syncing' ? 'Syncing' : 'In step', second: success };
};

const waitingWords = (count: number): string =>
  count === 1 ? '1 change is waiting' : `${number(count)} changes are waiting`;
