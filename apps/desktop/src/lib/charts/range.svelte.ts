/** Which stretch of time the charts show. It is in the address, so that it survives going back. */
import { goto } from '$app/navigation';
import { page } from '$app/state';
import type { PersonDay } from '../day/person-day.svelte.ts';
import { addDays } from '../dates.ts';

export const rangeOptions = [
  { value: 'month', text: '30 days' },
  { value: 'quarter', text: '3 months' },
  { value: 'year', text: 'Year' },
  { value: 'alltime', text: 'All' },
  { value: 'custom', text: 'Custom' },
] as const;
export type RangeName = (typeof rangeOptions)[number]['value'];

/** As long as the device takes them; all time has no length. */
const DAYS: Readonly<Record<'month' | 'quarter' | 'year', number>> = { month: 30, quarter: 90, year: 365 };

/** A field that a person emptied, or an address that somebody typed, names no day. */
const dayOr = (text: string | null, other: string): string =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : other;

export class ChartRange {
  readonly #day: PersonDay;

  constructor(day: PersonDay) {
    this.#day = day;
  }

  get name(): RangeName {
    const asked = page.url.searchParams.get('range');
    return rangeOptions.find(({ value }) => value === asked)?.value ?? 'year';
  }

  get from(): string {
    return dayOr(page.url.searchParams.get('from'), addDays(this.#day.today, -90));
  }

  get to(): string {
    return dayOr(page.url.searchParams.get('to'), this.#day.today);
  }

  /** The first and the last moment; `null` where there is no end. The two days count in either order. */
  get moments(): readonly [from: string | null, to: string | null] {
    if (this.name === 'alltime') return [null, null];
    if (this.name !== 'custom')
      return [new Date(Date.now() - DAYS[this.name] * 86_400_000).toISOString(), null];
    const isForward = this.from <= this.to;
    const [first, last] = isForward ? [this.from, this.to] : [this.to, this.from];
    return [this.#day.begin(first), this.#day.end(last)];
  }

  /** How many days it is long, for what is compared with as many days before. */
  get days(): number {
    return this.name === 'alltime' || this.name === 'custom' ? DAYS.month : DAYS[this.name];
  }

  /** As the commands take it. */
  get input() {
    if (this.name !== 'custom') return { time_range: this.name };
    const [from, to] = this.moments;
    return { time_range: this.name, from_date: from, to_date: to };
  }

  /** Changes the address and stays where it is. */
  readonly choose = (changes: Readonly<Record<string, string>>): void => {
    const url = new URL(page.url.href);
    for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
    void goto(url, { replace: true, reset: false });
  };
}
