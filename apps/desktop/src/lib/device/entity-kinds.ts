/** Every kind of record, for questions that any change may answer anew. */
import type { EntityKind } from '@mhb/core-domain';

const all: Readonly<Record<EntityKind, true>> = {
  activity: true,
  activity_goal: true,
  activity_group: true,
  activity_log: true,
  assessment: true,
  mood_entry: true,
  preference: true,
  schedule: true,
};

export const entityKinds = Object.keys(all) as readonly EntityKind[];
