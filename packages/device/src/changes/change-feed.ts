/**
 * Tells who listens which kinds of record changed, after the change is on disk. Whether it was made here or
 * arrived makes no difference to a listener.
 */
import type { EntityKind } from '@mhb/core-domain';

type Listener = () => void;

/** Collects the kinds that a transaction touches, and tells them once it has committed. */
export class ChangeFeed {
  readonly #listeners = new Set<{ readonly kinds: ReadonlySet<EntityKind>; readonly listener: Listener }>();
  readonly #noted = new Set<EntityKind>();

  note(kind: EntityKind): void {
    this.#noted.add(kind);
  }

  /** After a commit. */
  publish(): void {
    if (this.#noted.size === 0) return;
    const changed = new Set(this.#noted);
    this.#noted.clear();
    for (const { kinds, listener } of this.#listeners) {
      if (!kinds.isDisjointFrom(changed)) listener();
    }
  }

  /** After a transaction that did not commit. */
  forget(): void {
    this.#noted.clear();
  }

  /** Returns how to stop listening. */
  onChange(kinds: readonly EntityKind[], listener: Listener): () => void {
    const entry = { kinds: new Set(kinds), listener };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }
}
