/** The ranges that a chart offers, as instants. */
import { instantOf } from '@mhb/core-domain';
import { NOW } from './heavy-user.ts';

const DAY_MS = 86_400_000;

export const RANGES = [
  { time_range: 'month', from: instantOf(NOW - 30 * DAY_MS), to: instantOf(NOW) },
  { time_range: 'year', from: instantOf(NOW - 365 * DAY_MS), to: instantOf(NOW) },
  { time_range: 'alltime', from: '', to: '~' },
] as const;

/** Check-ins of a range; two holes. */
export const LIVING = 'deleted_at is null and recorded_at >= ? and recorded_at <= ?';
