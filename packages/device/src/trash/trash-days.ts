/** How long something stays in the Trash. */
import { type Instant, instantOf, msOf } from '@mhb/core-domain';
import type { TrashedRow } from './trash-repository.ts';

export const TRASH_DAYS = 30;

const TRASH_MS = TRASH_DAYS * 86_400_000;

/**
 * When it will be erased, or null while something outside the Trash needs it. The days begin when this device first
 * had it in its Trash, so nothing goes before the person could have seen it there.
 */
export const erasedAfter = ({ deleted_at, since, is_needed }: TrashedRow, now: Instant): Instant | null => {
  if (is_needed === 1) return null;
  const from = Math.max(msOf(deleted_at), msOf(since ?? now));
  return instantOf(from + TRASH_MS);
};
