/**
 * The open event streams of this instance (rule D8): each tells one key the head of its account, at the beginning and
 * after every change, whichever instance took it. A word between instances only says "look": what a stream sends is
 * what the database holds, so a word too many does no harm, and one that was lost is made good by the next look.
 *
 *   an upload, a revocation ──► here, at once ──┐
 *   the same on another instance ──► channel ───┤
 *   the channel came back, or a minute passed ──┴─► one look for all who wait ──► head, or the end
 */
import { type AccountId, limits } from '@mhb/core-domain/wire';
import { createHash } from 'node:crypto';
import type { Caller } from '../http/authenticate.ts';
import type { Database } from '../database/database.ts';
import type { Channel } from '../database/channel.ts';
import { readHeads } from './heads-repository.ts';
import { HeadStream } from './head-stream.ts';
import { Refusal } from '../http/problem.ts';

/** Of this instance; a stream costs some 20 kB. */
const STREAMS_MAX = 10_000;
/** A look that failed is tried again. */
const RETRY_MS = 1_000;
/** How often a stream looks without being told. */
const HEARTBEATS_PER_LOOK = 3;
const LOOKED_AT_ONCE_MAX = 1_000;

export interface HeadsDep {
  readonly heads: Pick<HeadStreams, 'changed' | 'open'>;
}

export class HeadStreams {
  readonly #database: Database;
  readonly #streams = new Set<HeadStream>();
  readonly #byWord = new Map<string, Set<HeadStream>>();
  readonly #waiting = new Set<HeadStream>();
  readonly #beat: NodeJS.Timeout;
  #channel: Channel | undefined;
  #beats = 0;
  #looking = false;
  #ended = false;

  constructor(database: Database) {
    this.#database = database;
    this.#beat = setInterval(() => {
      this.#heartbeat();
    }, limits.EVENT_HEARTBEAT_MS).unref();
  }

  /** Begins to hear of the other instances. */
  listen(): void {
    this.#channel ??= this.#database.openChannel('mhb_head', {
      onSaid: (word) => {
        this.#wake(this.#byWord.get(word) ?? []);
      },
      onListening: () => {
        this.#wake(this.#streams);
      },
    });
  }

  get count(): number {
    return this.#streams.size;
  }

  /** After a COMMIT: the account has another head, or fewer keys. */
  changed(accountId: AccountId): void {
    const word = wordFor(accountId);
    this.#wake(this.#byWord.get(word) ?? []);
    this.#channel?.say(word);
  }

  /** `undefined` where there are as many as may be. */
  open(caller: Caller): HeadStream | undefined {
    if (this.#ended) throw new Refusal('unavailable');
    const word = wordFor(caller.accountId);
    const ofAccount = [...(this.#byWord.get(word) ?? [])];
    const ofKey = ofAccount.filter(({ keyId }) => keyId === caller.keyId);
    if (ofKey.length >= limits.EVENT_STREAMS_OF_KEY_MAX) ofKey[0]?.end();
    else if (ofAccount.length >= limits.EVENT_STREAMS_MAX || this.#streams.size >= STREAMS_MAX)
      return undefined;
    const stream = new HeadStream(caller, () => {
      this.#forget(stream, word);
    });
    this.#streams.add(stream);
    const others = this.#byWord.get(word);
    if (others === undefined) this.#byWord.set(word, new Set([stream]));
    else others.add(stream);
    this.#wake([stream]);
    return stream;
  }

  /** Ends every stream, so that devices turn to another instance. */
  endAll(): void {
    this.#ended = true;
    clearInterval(this.#beat);
    for (const stream of this.#streams) stream.end();
  }

  async close(): Promise<void> {
    this.endAll();
    await this.#channel?.close();
  }

  #forget(stream: HeadStream, word: string): void {
    this.#streams.delete(stream);
    this.#waiting.delete(stream);
    const others = this.#byWord.get(word);
    others?.delete(stream);
    if (others?.size === 0) this.#byWord.delete(word);
  }

  #heartbeat(): void {
    this.#beats += 1;
    for (const stream of this.#streams) stream.beat();
    if (this.#beats % HEARTBEATS_PER_LOOK === 0) this.#wake(this.#streams);
  }

  #wake(streams: Iterable<HeadStream>): void {
    for (const stream of streams) this.#waiting.add(stream);
    void this.#look();
  }

  /** One at a time: who comes while one runs is in the next, however many come. */
  async #look(): Promise<void> {
    if (this.#looking || this.#waiting.size === 0 || this.#ended) return;
    this.#looking = true;
    const asking = [...this.#waiting].slice(0, LOOKED_AT_ONCE_MAX);
    for (const stream of asking) this.#waiting.delete(stream);
    try {
      const headByKey = await readHeads(this.#database, asking);
      for (const stream of asking) stream.tell(headByKey.get(stream.keyId));
    } catch {
      setTimeout(() => {
        this.#wake(asking.filter((stream) => this.#streams.has(stream)));
      }, RETRY_MS).unref();
    } finally {
      this.#looking = false;
    }
    void this.#look();
  }
}

/** Names the account to the other instances without its id, which a log of Postgres must not have (rule D11). */
const wordFor = (accountId: AccountId): string =>
  createHash('sha256').update(`mhb head ${accountId}`).digest('hex').slice(0, 16);
