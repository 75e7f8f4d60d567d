/**
 * What a merge lets go of (rule M4).
 *
 * The service takes a change only where it was built on the present version, so versions of a record form one line,
 * and only the device that merges can let a value go unseen. It knows the version that both sides began with, the
 * common one:
 *
 *      common ──► arrived        A group of either side that has another stamp than in the common version was
 *         └─────► held           written since. Where such a group loses, nobody who wrote on the other side had
 *                                seen it, so it is kept.
 *
 * An edit made elsewhere after that device had seen what is here loses nothing: what it replaced is the common one.
 */
import { canonicalJson } from './canonical-json.ts';
import { type Envelope, type Group, isErased } from './envelope.ts';
import { LIFE } from './groups.ts';
import { laterGroup } from './merge.ts';
import type { Stamp } from './stamp.ts';

/** The stamp of each group by its name. */
export type Stamps = Readonly<Record<string, Stamp>>;

export const stampsOf = ({ groups }: Envelope): Stamps =>
  Object.fromEntries(Object.entries(groups).map(([name, { stamp }]) => [name, stamp]));

export interface Discarded {
  readonly name: string;
  readonly lost: Group;
  readonly won: Group;
}

/**
 * The groups that lose when the two merge, and which the common version did not have. Where there is no common version
 * (`{}`), whatever loses is one of them. Deletions are not: a record that was deleted is in the Trash, one that came
 * back is there, and what was erased is to be gone (rule M6).
 */
export const discardedBy = (held: Envelope, arrived: Envelope, common: Stamps): readonly Discarded[] => {
  if (isErased(held) || isErased(arrived)) return [];
  return Object.entries(arrived.groups).flatMap(([name, theirs]) => {
    const ours = held.groups[name];
    if (ours === undefined || name === LIFE || contentOf(ours) === contentOf(theirs)) return [];
    const won = laterGroup(ours, theirs);
    const lost = won === ours ? theirs : ours;
    const wasSeen = common[name] === lost.stamp && lost.stamp !== won.stamp;
    return wasSeen ? [] : [{ name, lost, won }];
  });
};

/** What a person entered in a group. When a record was made is no value that anybody would miss. */
const contentOf = ({ stamp: _, created_at: __, ...fields }: Group): string => canonicalJson(fields);
