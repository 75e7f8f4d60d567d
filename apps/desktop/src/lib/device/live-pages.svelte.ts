/** A list that is read page by page, kept in step with the device as far as it was read. */
import { LiveQuery } from './live-query.svelte.ts';
import type { Answer, Kind, WindowDevice } from './window-device.svelte.ts';

export class LivePages<Item> {
  readonly #query: LiveQuery<readonly Item[]>;
  readonly #pageSize: number;
  #pages = 1;

  /** `ask` gets the last item of the page before, and answers `pageSize` items as long as there are so many. */
  constructor(
    device: WindowDevice,
    kinds: readonly Kind[],
    {
      pageSize,
      ask,
    }: {
      readonly pageSize: number;
      readonly ask: (last: Item | undefined) => Promise<Answer<readonly Item[]>>;
    },
  ) {
    this.#pageSize = pageSize;
    this.#query = new LiveQuery(device, kinds, async () => {
      const items: Item[] = [];
      for (let page = 0; page < this.#pages; page += 1) {
        const answer = await ask(items.at(-1));
        if (answer.error) return answer;
        items.push(...answer.value);
        if (answer.value.length < pageSize) break;
      }
      return { value: items };
    });
  }

  /** `undefined` until the first answer. */
  get items(): readonly Item[] | undefined {
    return this.#query.current;
  }

  get error(): LiveQuery<readonly Item[]>['error'] {
    return this.#query.error;
  }

  get hasMore(): boolean {
    return this.items?.length === this.#pages * this.#pageSize;
  }

  /** One page more. What is shown stays until it is there. */
  readonly more = (): Promise<void> => {
    this.#pages += 1;
    return this.#query.again();
  };

  readonly again = (): Promise<void> => this.#query.again();
}
