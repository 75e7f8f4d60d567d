/**
 * Words between the instances of a service: a connection of its own that listens (LISTEN/NOTIFY), and comes back by
 * itself after whatever broke it. What was said while it was away is lost, so whoever listens is told of each return.
 *
 * It also speaks, after a COMMIT and never inside of it: a transaction that notifies commits alone, one after the
 * other in the whole cluster, which would cost a busy service its throughput.
 */
import pg from 'pg';

export interface Channel {
  /** Without waiting. The same payload twice in a burst is said once. */
  readonly say: (payload: string) => void;
  readonly close: () => Promise<void>;
}

export interface Listeners {
  /** Somebody else said it. */
  readonly onSaid: (payload: string) => void;
  /** Listening, for the first time or again. */
  readonly onListening: () => void;
}

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;
/** A connection that is gone without a word is noticed by this. */
const PROBE_MS = 15_000;
const ANSWER_MS_MAX = 5_000;
/** What is said within this long of the last word goes out together: a busy service says something all the time. */
const GATHER_MS = 10;
/** What waits while Postgres is away; beyond that the looks that come by themselves must do. */
const WAITING_MAX = 10_000;

export const openChannel = (connection: pg.ClientConfig, name: string, listeners: Listeners): Channel =>
  new ReturningChannel(connection, name, listeners);

class ReturningChannel implements Channel {
  readonly #connection: pg.ClientConfig;
  readonly #name: string;
  readonly #listeners: Listeners;
  readonly #waiting = new Set<string>();
  #client: pg.Client | undefined;
  #speaking = false;
  #failures = 0;
  #closed = false;
  #retry: NodeJS.Timeout | undefined;
  readonly #probe: NodeJS.Timeout;

  constructor(connection: pg.ClientConfig, name: string, listeners: Listeners) {
    this.#connection = connection;
    this.#name = name;
    this.#listeners = listeners;
    this.#probe = setInterval(() => {
      this.#client?.query('select').catch(() => {
        this.#lost(this.#client);
      });
    }, PROBE_MS).unref();
    void this.#connect();
  }

  say(payload: string): void {
    if (this.#waiting.size < WAITING_MAX) this.#waiting.add(payload);
    void this.#speak();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#probe);
    clearTimeout(this.#retry);
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      ...this.#connection,
      application_name: 'mhb-sync listens',
      keepAlive: true,
      connectionTimeoutMillis: ANSWER_MS_MAX,
      query_timeout: ANSWER_MS_MAX,
    });
    client.on('error', () => {
      this.#lost(client);
    });
    client.on('end', () => {
      this.#lost(client);
    });
    client.on('notification', ({ payload = '', processId }) => {
      const isOwn = processId === (client as { readonly processID?: number }).processID;
      if (!isOwn) this.#listeners.onSaid(payload);
    });
    this.#client = client;
    try {
      await client.connect();
      // What is said here is worth no flush of the disk.
      await client.query(`set synchronous_commit = off; listen ${this.#name}`);
    } catch {
      this.#lost(client);
      return;
    }
    this.#failures = 0;
    this.#listeners.onListening();
    void this.#speak();
  }

  /** Once for each client. */
  #lost(client: pg.Client | undefined): void {
    if (client === undefined || client !== this.#client) return;
    this.#client = undefined;
    client.end().catch(() => undefined);
    if (this.#closed) return;
    const longestMs = Math.min(RETRY_MS_MIN * 2 ** this.#failures, RETRY_MS_MAX);
    this.#failures = Math.min(this.#failures + 1, 30);
    // Not all instances at once.
    this.#retry = setTimeout(() => void this.#connect(), longestMs * (0.5 + 0.5 * Math.random())).unref();
  }

  async #speak(): Promise<void> {
    const client = this.#client;
    if (this.#speaking || client === undefined || this.#waiting.size === 0 || this.#failures > 0) return;
    const payloads = [...this.#waiting];
    this.#waiting.clear();
    this.#speaking = true;
    try {
      await client.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [
        this.#name,
        payloads,
      ]);
    } catch {
      // Said again after the return; hearing it twice does no harm.
      for (const payload of payloads) this.#waiting.add(payload);
      this.#lost(client);
    }
    setTimeout(() => {
      this.#speaking = false;
      void this.#speak();
    }, GATHER_MS).unref();
  }
}
