/**
 * Which activities of ours Daylio's names mean. A living one of the same name is taken; otherwise one that an earlier
 * import made, whatever became of it since, so that a renamed one is not made again and a deleted one not brought
 * back. Only what neither finds is made.
 */
import { ActivityGroupId, ActivityId, instantOfWallTime, sameNameKey, type TimeZone } from '@mhb/core-domain';
import { createEnvelope, deletedAt, isErased } from '@mhb/core-domain/sync';
import { readRecord } from '../../changes/records.ts';
import type { Reader } from '../../database/sql.ts';
import type { FileRecord } from '../json-record.ts';
import { listStates } from '../list-states.ts';
import type { DaylioEntry } from './daylio-file.ts';
import { namedId, stampFor, type WallTime } from './daylio-names.ts';

export interface DaylioActivities {
  readonly idByNameKey: ReadonlyMap<string, ActivityId>;
  /** The group before its activities. */
  readonly made: readonly FileRecord[];
}

interface Wanted {
  /** New entries, whose activities are needed. */
  readonly entries: readonly DaylioEntry[];
  /** Everything in the file: what is made gets the time of its first mention in it. */
  readonly all: readonly DaylioEntry[];
  readonly groupName: string;
  readonly timeZone: TimeZone;
}

export const findActivities = (db: Reader, wanted: Wanted): DaylioActivities => {
  const living = new Map<string, ActivityId>();
  for (const { entity, deleted_at } of listStates(db, 'activity')) {
    if (deleted_at === null) living.set(sameNameKey(entity.name), entity.id);
  }
  const firsts = firstMentions(wanted.all);
  const idByNameKey = new Map<string, ActivityId>();
  const missing: { readonly id: ActivityId; readonly first: Mention }[] = [];
  for (const key of new Set(wanted.entries.flatMap(({ activities }) => activities.map(sameNameKey)))) {
    const known = living.get(key);
    const { id, isHeld } = known === undefined ? usableId(db, 'activity', key) : { id: known, isHeld: true };
    const activityId = ActivityId.parse(id);
    idByNameKey.set(key, activityId);
    const first = firsts.get(key);
    if (!isHeld && first !== undefined) missing.push({ id: activityId, first });
  }
  return { idByNameKey, made: missing.length === 0 ? [] : makeActivities(db, wanted, missing) };
};

interface Mention extends WallTime {
  readonly name: string;
}

const firstMentions = (entries: readonly DaylioEntry[]): ReadonlyMap<string, Mention> => {
  const firsts = new Map<string, Mention>();
  for (const { date, time, activities } of entries) {
    for (const name of activities) {
      const before = firsts.get(sameNameKey(name));
      if (before === undefined || `${date} ${time}` < `${before.date} ${before.time}`) {
        firsts.set(sameNameKey(name), { date, time, name });
      }
    }
  }
  return firsts;
};

/** What was erased stays erased, so another id is needed; of a group also where it lies in the Trash with all it held. */
const usableId = (
  db: Reader,
  kind: 'activity' | 'group',
  nameKey: string,
): { readonly id: string; readonly isHeld: boolean } => {
  for (let number = 1; ; number += 1) {
    const id = namedId(kind, nameKey, number);
    const held = readRecord(db, id);
    if (held === undefined) return { id, isHeld: false };
    const isGone = isErased(held.envelope) || (kind === 'group' && deletedAt(held.envelope) !== null);
    if (!isGone) return { id, isHeld: true };
  }
};

const makeActivities = (
  db: Reader,
  { all, groupName, timeZone }: Wanted,
  missing: readonly { readonly id: ActivityId; readonly first: Mention }[],
): readonly FileRecord[] => {
  const groupKey = sameNameKey(groupName);
  const living = listStates(db, 'activity_group').find(
    ({ entity, deleted_at }) => deleted_at === null && sameNameKey(entity.name) === groupKey,
  );
  const group =
    living === undefined ? usableId(db, 'group', groupKey) : { id: living.entity.id, isHeld: true };
  const groupId = ActivityGroupId.parse(group.id);
  const createdAt = ({ date, time }: WallTime) => instantOfWallTime(date, time, timeZone);

  const activities = missing.map(({ id, first }): FileRecord => {
    const entity = {
      id,
      group_id: groupId,
      name: first.name,
      color: null,
      icon: null,
      created_at: createdAt(first),
    };
    return { id, envelope: createEnvelope('activity', entity, stampFor(first, all.length)) };
  });
  if (group.isHeld) return activities;
  const [first] = missing
    .map((activity) => activity.first)
    .toSorted((a, b) => (`${a.date} ${a.time}` < `${b.date} ${b.time}` ? -1 : 1));
  if (first === undefined) return activities;
  const entity = { id: groupId, name: groupName, description: null, created_at: createdAt(first) };
  const envelope = createEnvelope('activity_group', entity, stampFor(first, all.length));
  return [{ id: groupId, envelope }, ...activities];
};
