/**
 * What people saw saved, and what therefore has to be there at rest. Knows nothing of how a device merges: for every
 * group of every record it keeps each edit with the edits its device had seen, and judges by that and by the one
 * documented rule for edits that knew nothing of each other: the later stamp wins, on equal stamps the greater text.
 */
import { Violation } from './trace.ts';

export interface Edit {
  readonly record: string;
  readonly group: string;
  /** The group as canonical JSON, its stamp included. */
  readonly text: string;
  /** Mutable, because a device with a wrong clock puts its own stamps right (rule S3). */
  stamp: string;
  /** What its device showed of the group when it was made. Mutable, see `madeAgain`. */
  seen: readonly Edit[];
  /** False while it is nowhere: its device was lost before anybody else had it. */
  isRequired: boolean;
  /** Its device's clock was ahead: put right, it gives way to whatever it met (rule S3). */
  isPutRight?: boolean;
  /**
   * It was sent under an earlier stamp than it was made with. An export from before that still carries the later stamps,
   * also of what this edit replaced; brought in elsewhere, those win (simulation/README.md says so).
   */
  isRestamped?: boolean;
}

/** What somebody holds: per record the groups by name, as text. */
export type Holding = ReadonlyMap<string, ReadonlyMap<string, string>>;

export const ERASED = 'erased';
export const LIFE = 'life';

export const stampOf = (text: string): string => (JSON.parse(text) as { readonly stamp: string }).stamp;

const fieldsOf = (text: string): string => text.replace(/"stamp":"[^"]*"/, '');

/** What a person entered in it. */
const contentOf = (text: string): string => fieldsOf(text).replace(/"created_at":"[^"]*"/, '');

/** Its stamp was or may have been put right, so that stamps don't tell which of two came later. */
const wasAhead = ({ isPutRight, isRestamped }: Edit): boolean => isPutRight === true || isRestamped === true;

/** Whether `a` gives way to `b` where neither had seen the other (rule M1). */
const givesWay = (a: Edit, b: Edit): boolean =>
  a.isPutRight === true || a.stamp < b.stamp || (a.stamp === b.stamp && a.text <= b.text);

/** Whether somebody who had seen `earlier`, directly or not, made `later`. */
const isSeenBy = (earlier: Edit, later: Edit): boolean => {
  const open = [...later.seen];
  const known = new Set<Edit>(open);
  for (let edit = open.pop(); edit !== undefined; edit = open.pop()) {
    if (edit === earlier) return true;
    for (const before of edit.seen) {
      if (known.has(before)) continue;
      known.add(before);
      open.push(before);
    }
  }
  return false;
};

const hasSuccessor = (edit: Edit, edits: ReadonlyMap<string, Edit>): boolean =>
  edits.values().some((other) => other !== edit && other.isRequired && isSeenBy(edit, other));

export class Oracle {
  /** Per record, group and text. */
  readonly #edits = new Map<string, Map<string, Map<string, Edit>>>();
  /** What a merge let go of and kept in the ledger of its device (rule M4), whatever became of that device later. */
  readonly #kept = new Set<string>();

  keptInLedger(record: string, group: string, text: string): void {
    this.#kept.add(`${record} ${group} ${contentOf(text)}`);
  }

  /** Whether a person can still find it where `shown` is shown instead. Of a deletion the Trash tells (decision 0021). */
  #isKept(edit: Edit, shown: Edit): boolean {
    const { record, group, text } = edit;
    const content = contentOf(text);
    if (group === LIFE || this.#kept.has(`${record} ${group} ${content}`)) return true;
    const others = [...(this.#edits.get(record)?.get(group)?.values() ?? [])];
    return others.some(
      (other) =>
        // Two people who entered the same are one: whoever replaced the one has replaced the other.
        (contentOf(other.text) === content && (other === shown || isSeenBy(other, shown))) ||
        // What replaced it on purpose is kept in its place.
        (this.#kept.has(`${record} ${group} ${contentOf(other.text)}`) && isSeenBy(edit, other)),
    );
  }

  find(record: string, group: string, text: string): Edit | undefined {
    return this.#edits.get(record)?.get(group)?.get(text);
  }

  /** The same edit under another stamp of the same device, put right before it was sent; `undefined` for none. */
  restamped(record: string, group: string, text: string, before: Edit | undefined): Edit | undefined {
    const edits = this.#edits.get(record)?.get(group);
    const stamp = stampOf(text);
    const isSame = (edit: Edit): boolean =>
      edit.stamp.endsWith(stamp.slice(-16)) && fieldsOf(edit.text) === fieldsOf(text);
    const found =
      before !== undefined && isSame(before)
        ? before
        : [...(edits?.values() ?? [])].filter(isSame).toSorted((a, b) => (a.stamp < b.stamp ? 1 : -1))[0];
    if (found === undefined) return undefined;
    found.stamp = stamp;
    found.isRestamped = true;
    edits?.set(text, found);
    return found;
  }

  /**
   * The very edit once more, with its stamp: by a device that went back to a copy of its disk and counts on from there,
   * because it has met a stamp that lies in the future.
   */
  madeAgain(edit: Edit, seen: readonly Edit[]): void {
    edit.seen = [...edit.seen, ...seen.filter((before) => before !== edit && !isSeenBy(edit, before))];
  }

  /** A known edit of the group that has or had this stamp, whatever its text. */
  withStamp(record: string, group: string, stamp: string): Edit | undefined {
    const edits = this.#edits.get(record)?.get(group) ?? new Map<string, Edit>();
    return [...edits].find(([text, edit]) => edit.stamp === stamp || stampOf(text) === stamp)?.[1];
  }

  /** An edit that a person saw saved. */
  add(edit: Pick<Edit, 'record' | 'group' | 'text' | 'seen' | 'isRequired'>): Edit {
    const stamp = stampOf(edit.text);
    // One that was put right and lost the same moment was never shown under its right stamp.
    const late = edit.seen.find((before) => before.isPutRight !== true && before.stamp > stamp);
    if (late !== undefined)
      throw new Violation(6, 'an edit has an earlier stamp than one its device had seen');
    const added: Edit = { ...edit, stamp };
    const groups = getOrMake(this.#edits, edit.record, () => new Map<string, Map<string, Edit>>());
    getOrMake(groups, edit.group, () => new Map<string, Edit>()).set(edit.text, added);
    return added;
  }

  /** After something was destroyed: what nobody holds any more need not be there. What appears again is required again. */
  reassess(holdings: readonly Holding[]): void {
    for (const [record, groups] of this.#edits) {
      const isErasedSomewhere = holdings.some((holding) => holding.get(record)?.has(ERASED) === true);
      for (const [group, edits] of groups) {
        const shown = holdings.flatMap((holding) => {
          const text = holding.get(record)?.get(group);
          const edit = text === undefined ? undefined : edits.get(text);
          return edit === undefined ? [] : [edit];
        });
        for (const edit of edits.values()) {
          edit.isRequired =
            (isErasedSomewhere && group !== ERASED) ||
            shown.some((there) => there === edit || isSeenBy(edit, there));
        }
      }
    }
  }

  /** Holds what all devices agree on at rest against every edit (invariants 1, 3, 5 and 17). */
  check(held: Holding, isLeftOut: (record: string) => boolean): void {
    for (const [record, groups] of this.#edits) {
      if (isLeftOut(record)) continue;
      const there = held.get(record);
      const isErased = there?.has(ERASED) === true;
      const wasErased = [...(groups.get(ERASED)?.values() ?? [])].some(({ isRequired }) => isRequired);
      if (wasErased && !isErased) throw new Violation(5, 'a record that was erased is there again');
      for (const [group, edits] of groups) {
        if (isErased && group !== ERASED) continue;
        const text = there?.get(group);
        const shown = text === undefined ? undefined : edits.get(text);
        for (const edit of edits.values()) {
          // Whoever replaced it on purpose answers for it.
          const isReplaced = edit !== shown && hasSuccessor(edit, edits);
          if (!isReplaced) this.#checkEdit(edit, shown);
        }
      }
    }
    for (const [record, groups] of held) {
      for (const [group, text] of groups) {
        if (isLeftOut(record) || this.find(record, group, text) !== undefined) continue;
        throw new Violation(17, `the group ${group} of a record holds what nobody wrote`);
      }
    }
  }

  #checkEdit(edit: Edit, shown: Edit | undefined): void {
    if (!edit.isRequired || edit === shown) return;
    if (shown === undefined) throw new Violation(1, `the group ${edit.group} of a record is gone`);
    if (isSeenBy(edit, shown)) return;
    if (!this.#isKept(edit, shown))
      throw new Violation(1, `an edit of ${edit.group} is lost and in no ledger`);
    if (wasAhead(edit) || wasAhead(shown)) return;
    if (this.#wasRestampedBetween(shown, edit)) return;
    if (isSeenBy(shown, edit))
      throw new Violation(1, `an edit of ${edit.group} is lost: what it replaced is shown instead`);
    if (!givesWay(edit, shown))
      throw new Violation(1, `an edit of ${edit.group} is lost: an earlier one is shown instead`);
  }

  /**
   * Whether what replaced `earlier` was put right, and `later` built on that: an export from before that brings
   * `earlier` back, under the stamp of a clock that was ahead, wins over both.
   */
  #wasRestampedBetween(earlier: Edit, later: Edit): boolean {
    const edits = this.#edits.get(later.record)?.get(later.group)?.values() ?? [];
    return [...edits].some(
      (between) => between.isRestamped === true && isSeenBy(earlier, between) && isSeenBy(between, later),
    );
  }

  /** Whether one that shows `now` has gone back from `before`, both of one group. */
  goesBack(before: Edit, now: Edit): boolean {
    if (before === now || isSeenBy(before, now)) return false;
    if (!wasAhead(before) && !wasAhead(now)) return !givesWay(before, now);
    // Whoever replaced it on purpose answers for it.
    const edits = this.#edits.get(before.record)?.get(before.group) ?? new Map<string, Edit>();
    if (this.#isKept(before, now) || hasSuccessor(before, edits)) return false;
    // Two people who entered the same are one: it was replaced by what is shown, under another stamp.
    const content = contentOf(now.text);
    return !edits.values().some((other) => contentOf(other.text) === content && isSeenBy(before, other));
  }
}

const getOrMake = <Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
};
