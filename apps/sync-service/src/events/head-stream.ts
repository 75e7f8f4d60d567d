/**
 * One open event stream. Of a reader that is slow only the latest head waits, so its memory is bounded; one that has
 * read nothing between two heartbeats is let go.
 */
import type { AccountId, HeadEvent, KeyId } from '@mhb/core-domain/wire';
import { Readable } from 'node:stream';
import type { Caller } from '../http/authenticate.ts';

export class HeadStream {
  readonly accountId: AccountId;
  readonly keyId: KeyId;
  readonly body: Readable;
  readonly #onEnd: () => void;
  #told: number | undefined;
  /** A head that is not handed over yet. */
  #next: number | undefined;
  #wanted = true;
  #unread = 0;
  #ended = false;

  constructor({ accountId, keyId }: Pick<Caller, 'accountId' | 'keyId'>, onEnd: () => void) {
    this.accountId = accountId;
    this.keyId = keyId;
    this.#onEnd = onEnd;
    this.body = new Readable({
      highWaterMark: 1,
      read: () => {
        this.#wanted = true;
        this.#unread = 0;
        this.#handOver();
      },
      destroy: (error, done) => {
        this.end();
        done(error);
      },
    });
  }

  /** What the database holds; `undefined` where the key counts no more. */
  tell(head: number | undefined): void {
    if (head === undefined) {
      this.end();
    } else if (head !== this.#told) {
      this.#next = head;
      this.#handOver();
    }
  }

  /** Says that it lives, and looks whether somebody is there. */
  beat(): void {
    if (this.#wanted) this.#push(':\n\n');
    else if ((this.#unread += 1) > 1) this.body.destroy();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd();
    this.body.push(null);
  }

  #handOver(): void {
    if (!this.#wanted || this.#next === undefined) return;
    const event: HeadEvent = { head: this.#next };
    this.#told = this.#next;
    this.#next = undefined;
    this.#push(`event: head\ndata: ${JSON.stringify(event)}\n\n`);
  }

  #push(text: string): void {
    if (this.#ended) return;
    this.#wanted = false;
    this.body.push(text);
  }
}
