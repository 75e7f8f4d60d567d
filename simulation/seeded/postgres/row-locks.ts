/** Locks on rows, held until the end of a transaction; who has to wait queues up in order of asking. */
import { PostgresError } from './statement.ts';

const DEADLOCK = '40P01';

export class RowLocks<Owner extends object> {
  readonly #ownerByRow = new Map<string, Owner>();
  readonly #waiting: { readonly owner: Owner; readonly row: string; readonly wake: () => void }[] = [];

  /** Takes all of them, or answers a promise after which to try again. */
  take(owner: Owner, rows: readonly string[]): Promise<void> | undefined {
    const taken = rows.find((row) => (this.#ownerByRow.get(row) ?? owner) !== owner);
    if (taken === undefined) {
      for (const row of rows) this.#ownerByRow.set(row, owner);
      return undefined;
    }
    if (this.#waitsFor(this.#ownerByRow.get(taken), owner)) throw new PostgresError(DEADLOCK);
    return new Promise((wake) => {
      this.#waiting.push({ owner, row: taken, wake });
    });
  }

  release(owner: Owner): void {
    for (const [row, holder] of this.#ownerByRow) {
      if (holder === owner) this.#ownerByRow.delete(row);
    }
    const free = this.#waiting.filter(({ row }) => !this.#ownerByRow.has(row));
    for (const waiter of free) {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.wake();
    }
  }

  /** Whether `owner` waits, directly or not, for something that `other` holds. */
  #waitsFor(owner: Owner | undefined, other: Owner): boolean {
    if (owner === undefined) return false;
    if (owner === other) return true;
    const waiting = this.#waiting.find((waiter) => waiter.owner === owner);
    return waiting !== undefined && this.#waitsFor(this.#ownerByRow.get(waiting.row), other);
  }
}
