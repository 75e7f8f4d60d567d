/** The day the person is in: it begins at the hour they chose, and turns while the window stays open. */
import type { DayStart } from '@mhb/core-domain';
import { addDays } from '../dates.ts';
import { liveCall } from '../device/live-query.svelte.ts';
import type { WindowDevice } from '../device/window-device.svelte.ts';
import { dayBegins, localDay } from './local-day.ts';

const LOOK_MS = 15_000;

export class PersonDay {
  #now = $state.raw(new Date());
  readonly #preferences;

  constructor(device: WindowDevice) {
    this.#preferences = liveCall(device, ['preference'], 'get_preferences', {});
  }

  /** With the domain's `dayOf` it says to which of the person's days an entry belongs. */
  readonly start: DayStart = $derived.by(() => this.#preferences.current?.day_start ?? '00:00');

  /** 0 = Sunday … 6 = Saturday. */
  readonly weekStart: number = $derived.by(() => this.#preferences.current?.week_start ?? 1);

  /** Its local date. */
  readonly today: string = $derived.by(() => localDay(this.#now, this.start));

  /** The instant at which it began. */
  readonly begins: string = $derived.by(() => this.begin(this.today));

  /** The instant at which one of the person's days begins on this computer. */
  readonly begin = (day: string): string => dayBegins(day, this.start);

  /** The last instant of it. */
  readonly end = (day: string): string => new Date(Date.parse(this.begin(addDays(day, 1))) - 1).toISOString();

  /** Looks at the clock now and then, and whenever the window is looked at again. Returns how to stop. */
  readonly watch = (): (() => void) => {
    const look = (): void => {
      this.#now = new Date();
    };
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  };
}
