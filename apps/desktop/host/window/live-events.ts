/**
 * What pages hear as it happens, as server-sent events. Kinds that change in one turn are told at once and together.
 * A page that does not read is let go; it comes back and asks anew.
 */
import type { ServerResponse } from 'node:http';

export const HEARTBEAT_MS = 20_000;
const UNREAD_BYTES_MAX = 4 * 1_048_576;

interface LiveEventsDeps {
  /** Calls back once after so many milliseconds. Returns how to cancel that. */
  readonly wakeIn: (ms: number, callback: () => void) => () => void;
  /** Told when the number of pages that listen has changed. */
  readonly onPages: (count: number) => void;
}

export class LiveEvents {
  readonly #deps: LiveEventsDeps;
  readonly #pages = new Set<ServerResponse>();
  readonly #kinds = new Set<string>();
  #cancelHeartbeat: () => void = () => undefined;

  constructor(deps: LiveEventsDeps) {
    this.#deps = deps;
  }

  get pages(): number {
    return this.#pages.size;
  }

  /** Tells this page from now on, `state` first. */
  open(response: ServerResponse, state: object): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(textOf('state', state));
    this.#pages.add(response);
    if (this.#pages.size === 1) this.#beat();
    this.#deps.onPages(this.#pages.size);
    response.on('close', () => {
      this.#pages.delete(response);
      if (this.#pages.size === 0) this.#cancelHeartbeat();
      this.#deps.onPages(this.#pages.size);
    });
  }

  send(event: 'state' | 'changed' | 'progress' | 'reminder', facts: object): void {
    this.#write(textOf(event, facts));
  }

  /** Kinds of records, or `sync` and `encryption`. */
  changed(kinds: readonly string[]): void {
    if (this.#kinds.size === 0)
      setImmediate(() => {
        const told = [...this.#kinds];
        this.#kinds.clear();
        this.send('changed', { kinds: told });
      });
    for (const kind of kinds) this.#kinds.add(kind);
  }

  close(): void {
    this.#cancelHeartbeat();
    for (const page of this.#pages) page.end();
  }

  #write(text: string): void {
    for (const page of this.#pages) {
      if (page.writableLength > UNREAD_BYTES_MAX) page.destroy();
      else page.write(text);
    }
  }

  #beat(): void {
    this.#cancelHeartbeat = this.#deps.wakeIn(HEARTBEAT_MS, () => {
      this.#write(':\n\n');
      this.#beat();
    });
  }
}

const textOf = (event: string, facts: object): string =>
  `event: ${event}\ndata: ${JSON.stringify(facts)}\n\n`;
