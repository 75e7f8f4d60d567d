/**
 * The history of every kind in one order, read page by page: as many entries as a person has asked to see, or, where
 * they search, as many as fit their words, however far back those are.
 */
import type { Answer, WindowDevice } from '../device/window-device.svelte.ts';
import { type Entry, type EntryKind, isNewer } from './entries.ts';

export interface HistoryFilter {
  /** `activity` stands for what was logged of one. */
  readonly kind: EntryKind | 'all';
  /** Of this questionnaire alone; of all where it is null. */
  readonly instrument: InstrumentCode | null;
  /** Instants, both inclusive; null for no end. */
  readonly from: string | null;
  readonly to: string | null;
}
export type InstrumentCode = 'CESD' | 'GAD7' | 'OASIS' | 'PHQ9';

export interface HistoryWanted {
  readonly filter: HistoryFilter;
  /** Whether an entry is one of those that are looked for. */
  readonly fits: (entry: Entry) => boolean;
  readonly count: number;
  /** The most that one question to the device asks for. */
  readonly pageSize: number;
  /** Told the day that has been reached, after each page. */
  readonly onReached?: (localDate: string) => void;
  readonly signal?: AbortSignal;
}

export interface History {
  readonly entries: readonly Entry[];
  readonly hasMore: boolean;
}

interface Range {
  readonly from: string | null;
  readonly to: string | null;
  readonly before_id: string | null;
  readonly limit: number;
}
type ReadPage = (range: Range) => Promise<Answer<readonly Entry[]>>;

/** One kind, newest first; a page is asked for when the one before is used up. */
class Source {
  readonly #read: ReadPage;
  readonly #range: Range;
  #page: readonly Entry[] = [];
  #at = 0;
  #isAtEnd = false;

  constructor(read: ReadPage, range: Range) {
    this.#read = read;
    this.#range = range;
  }

  /** The next entry, without taking it; undefined at the end. */
  async peek(): Promise<Answer<Entry | undefined>> {
    if (this.#at === this.#page.length && !this.#isAtEnd) {
      const last = this.#page.at(-1);
      const answer = await this.#read(
        last === undefined ? this.#range : { ...this.#range, to: last.at, before_id: last.id },
      );
      if (answer.error) return { error: answer.error };
      this.#page = answer.value;
      this.#at = 0;
      this.#isAtEnd = answer.value.length < this.#range.limit;
    }
    return { value: this.#page[this.#at] };
  }

  take(): void {
    this.#at += 1;
  }
}

/** Refused where one of its questions is; then nothing of it is shown. */
export const readHistory = async (
  device: WindowDevice,
  { filter, fits, count, pageSize, onReached, signal }: HistoryWanted,
): Promise<Answer<History>> => {
  const range: Range = { from: filter.from, to: filter.to, before_id: null, limit: pageSize };
  const sources = pagesOf(device, filter).map((read) => new Source(read, range));
  const entries: Entry[] = [];
  let day = '';
  for (;;) {
    const heads = await Promise.all(sources.map((source) => source.peek()));
    let newest: { readonly entry: Entry; readonly source: Source } | undefined;
    for (const [index, { value: entry, error }] of heads.entries()) {
      if (error) return { error };
      const source = sources[index];
      if (
        entry !== undefined &&
        source !== undefined &&
        (newest === undefined || isNewer(entry, newest.entry))
      )
        newest = { entry, source };
    }
    if (newest === undefined || signal?.aborted === true) return { value: { entries, hasMore: false } };
    const { entry, source } = newest;
    const isWanted = fits(entry);
    if (isWanted && entries.length === count) return { value: { entries, hasMore: true } };
    source.take();
    if (isWanted) entries.push(entry);
    const reached = String(entry.record.local_date);
    if (reached.slice(0, 7) !== day.slice(0, 7)) onReached?.(reached);
    day = reached;
  }
};

const pagesOf = (device: WindowDevice, { kind, instrument }: HistoryFilter): readonly ReadPage[] => {
  const readers: Readonly<Record<EntryKind, ReadPage>> = {
    mood: async ({ from, to, ...page }) =>
      mapped(await device.call('get_mood_history', { from_date: from, to_date: to, ...page }), (record) => ({
        kind: 'mood',
        id: record.id,
        at: record.recorded_at,
        record,
      })),
    assessment: async ({ from, to, ...page }) =>
      mapped(
        await device.call('get_assessment_history', { instrument, from_date: from, to_date: to, ...page }),
        (record) => ({ kind: 'assessment', id: record.id, at: record.completed_at, record }),
      ),
    activity: async ({ from, to, ...page }) =>
      mapped(
        await device.call('get_activity_logs', { start_date: from, end_date: to, ...page }),
        (record) => ({
          kind: 'activity',
          id: record.id,
          at: record.logged_at,
          record,
        }),
      ),
  };
  return kind === 'all' ? Object.values(readers) : [readers[kind]];
};

const mapped = <Item>(
  answer: Answer<readonly Item[]>,
  entryOf: (item: Item) => Entry,
): Answer<readonly Entry[]> => (answer.error ? answer : { value: answer.value.map(entryOf) });
