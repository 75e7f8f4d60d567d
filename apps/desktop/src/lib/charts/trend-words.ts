/** How many days a thing was done, against as many days before; a count, and no judgement. */
import type { AnswerOf } from '@mhb/device';
import { plural } from '../plural.ts';

type Trend = Pick<AnswerOf<'get_activity_trend'>, 'change_days' | 'current_period_days'>;

/** "On 6 of the last 30 days, 2 days more than in the 30 days before." */
export const trendSentence = ({ current_period_days, change_days }: Trend, periodDays: number): string => {
  const size = Math.abs(change_days);
  const change =
    change_days === 0 ? 'the same as' : `${plural(size, 'day')} ${change_days > 0 ? 'more' : 'fewer'} than`;
  const period = String(periodDays);
  return `On ${String(current_period_days)} of the last ${period} days, ${change} in the ${period} days before.`;
};
