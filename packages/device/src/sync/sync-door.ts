/**
 * One sync at a time, whoever asks for it: the button, the loop, a command. Who comes while one runs gets the answer
 * of one more after it, shared by all who came meanwhile, because the one that runs may have read the outbox before.
 * Turning sync off or closing ends what is on its way.
 */
import { err, type Result } from '@mhb/core-domain';

interface Off {
  readonly type: 'SyncIsOff';
}
type Job<Value, Failure> = (signal: AbortSignal) => Promise<Result<Value, Failure | Off>>;

export class SyncDoor<Value, Failure> {
  #running: Promise<unknown> | undefined;
  #following: Promise<Result<Value, Failure | Off>> | undefined;
  #abort = new AbortController();
  #closed = false;
  readonly #listeners = new Set<(outcome: Result<Value, Failure | Off>) => void>();

  async pass(job: Job<Value, Failure>): Promise<Result<Value, Failure | Off>> {
    if (this.#running === undefined) return this.#run(job);
    this.#following ??= this.#follow(this.#running, job);
    return this.#following;
  }

  /** After every sync that was not ended. Returns how to stop listening. */
  onDone(listener: (outcome: Result<Value, Failure | Off>) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends what is on its way; nothing of it reaches the network or the database afterwards. */
  end(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  close(): void {
    this.#closed = true;
    this.end();
  }

  async #follow(running: Promise<unknown>, job: Job<Value, Failure>): Promise<Result<Value, Failure | Off>> {
    // How the one before ended is its own callers' matter.
    await running.catch(() => undefined);
    this.#following = undefined;
    return this.#run(job);
  }

  async #run(job: Job<Value, Failure>): Promise<Result<Value, Failure | Off>> {
    if (this.#closed) return err({ type: 'SyncIsOff' });
    const { signal } = this.#abort;
    const running = unlessEnded(job, signal);
    this.#running = running;
    try {
      const outcome = await running;
      if (!signal.aborted) for (const listener of this.#listeners) listener(outcome);
      return outcome;
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
  }
}

const unlessEnded = async <Value, Failure>(
  job: Job<Value, Failure>,
  signal: AbortSignal,
): Promise<Result<Value, Failure | Off>> => {
  try {
    const outcome = await job(signal);
    return signal.aborted ? err({ type: 'SyncIsOff' }) : outcome;
  } catch (error) {
    // A database that was closed under it.
    if (signal.aborted) return err({ type: 'SyncIsOff' });
    throw error;
  }
};
