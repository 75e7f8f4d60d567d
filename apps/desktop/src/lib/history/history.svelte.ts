/** What the history page shows: kept in step with the device, one search at a time. */
import type { Answer, WindowDevice } from '../device/window-device.svelte.ts';
import { LiveQuery } from '../device/live-query.svelte.ts';
import { contains } from './entries.ts';
import { type History, type HistoryFilter, readHistory } from './read-history.ts';

export interface HistoryAsked {
  readonly filter: HistoryFilter;
  /** What notes and names of activities must contain; empty for everything. */
  readonly words: string;
  readonly names: () => ReadonlyMap<string, string>;
  readonly count: number;
}

/** What the device answers at most. A search reads far more than it shows, and pays for each question. */
const PAGE_MAX = 1_000;

export class HistorySearch {
  /** The day that a search has reached, while it goes on. */
  reached = $state<string>();
  readonly #device: WindowDevice;
  #running = new AbortController();

  constructor(device: WindowDevice) {
    this.#device = device;
  }

  readonly query = (asked: HistoryAsked): LiveQuery<History> =>
    new LiveQuery(this.#device, ['mood_entry', 'assessment', 'activity_log'], () => this.#read(asked));

  async #read({ filter, words, names, count }: HistoryAsked): Promise<Answer<History>> {
    this.#running.abort();
    const running = new AbortController();
    this.#running = running;
    this.reached = undefined;
    const answer = await readHistory(this.#device, {
      filter,
      count,
      fits: (entry) => words === '' || contains(entry, words, names()),
      pageSize: words === '' ? Math.min(count + 1, PAGE_MAX) : PAGE_MAX,
      signal: running.signal,
      onReached: (day) => {
        if (words !== '' && this.#running === running) this.reached = day;
      },
    });
    if (this.#running === running) this.reached = undefined;
    return answer;
  }
}
