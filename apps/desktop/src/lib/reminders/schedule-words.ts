/** A reminder's plan in words. */
import { weekdayName } from '../dates.ts';

export type Frequency = 'biweekly' | 'daily' | 'monthly' | 'weekly';

const words: Readonly<Record<Frequency, string>> = {
  daily: 'every day',
  weekly: 'every week',
  biweekly: 'every second week',
  monthly: 'every month',
};

export const frequencyWords = (frequency: Frequency): string => words[frequency];

interface Plan {
  readonly frequency: Frequency;
  readonly time_of_day: string;
  readonly day_of_week: number | null;
  readonly day_of_month: number | null;
}

/** Sunday is 0, as schedules count. */
export const scheduleWeekday = (day: number): string => weekdayName(day === 0 ? 7 : day, 'long');

/** "Every second Tuesday at 09:00" */
export const planSentence = ({ frequency, time_of_day, day_of_week, day_of_month }: Plan): string => {
  const at = `at ${time_of_day}`;
  if (frequency === 'daily') return `Every day ${at}`;
  if (frequency === 'monthly') return `On day ${String(day_of_month ?? 1)} of each month ${at}`;
  const weekday = scheduleWeekday(day_of_week ?? 1);
  return `${frequency === 'weekly' ? 'Every' : 'Every second'} ${weekday} ${at}`;
};
