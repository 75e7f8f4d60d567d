/** Which stretch of time the charts show. It is in the address, so that it survives going back. */
import { goto } from '$app/navigation';
import { page } from '$app/state';
import { addDays, today } from '../dates.ts';

export const rangeOptions = [
  { value: 'month', text: '30 days' },
  { value: 'quarter', text: '3 months' },
  { value: 'year', text: 'Year' },
  { value: 'alltime', text: 'All' },
  { value: 'custom', text: 'Other' },
] as const;
export type RangeName = (typeof rangeOptions)[number]['value'];

export class ChartRange {
  get name(): RangeName {
    const asked = page.url.searchParams.get('range');
    return rangeOptions.find(({ value }) => value === asked)?.value ?? 'year';
  }

  get from(): string {
    return page.url.searchParams.get('from') ?? addDays(today(), -90);
  }

  get to(): string {
    return page.url.searchParams.get('to') ?? today();
  }

  /** As the commands take it. */
  get input() {
    if (this.name !== 'custom') return { time_range: this.name };
    return {
      time_range: this.name,
      from_date: new Date(`${this.from}T00:00`).toISOString(),
      to_date: new Date(`${this.to}T23:59:59.999`).toISOString(),
    };
  }

  /** Changes the address and stays where it is. */
  readonly choose = (changes: Readonly<Record<string, string>>): void => {
    const url = new URL(page.url.href);
    for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
    void goto(url, { replace: true, reset: false });
  };
}
