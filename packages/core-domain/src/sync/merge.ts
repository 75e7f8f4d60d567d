/**
 * The merge rule, whole.
 *
 * An envelope is a map of groups, and each group carries the stamp of its last write. Per group the later stamp
 * wins (rule M1), and an erase certificate beats everything (rule M6). That makes merging a join: any order and
 * any repetition of deliveries ends in the same envelope (rule M2).
 */
import { canonicalJson } from './canonical-json.ts';
import type { Envelope, Group } from './envelope.ts';
import { ERASED } from './groups.ts';

/** Groups that only one side knows are kept, so a newer app's fields survive an older one. */
export const mergeEnvelopes = (held: Envelope, arrived: Envelope): Envelope => {
  const groups: Record<string, Group> = { ...held.groups };
  for (const [name, group] of Object.entries(arrived.groups)) {
    const ours = groups[name];
    groups[name] = ours === undefined ? group : laterGroup(ours, group);
  }
  const erased = groups[ERASED];
  return { ...laterShape(held, arrived), groups: erased === undefined ? groups : { [ERASED]: erased } };
};

/**
 * Equal stamps mean one write seen twice, unless a restored backup repeated a stamp; then the text decides, so
 * that every device decides alike.
 */
export const laterGroup = (a: Group, b: Group): Group => {
  if (a.stamp !== b.stamp) return a.stamp > b.stamp ? a : b;
  return canonicalJson(a) >= canonicalJson(b) ? a : b;
};

const laterShape = (a: Envelope, b: Envelope): Pick<Envelope, 'v' | 'type' | 'schema'> => {
  const later = a.schema === b.schema ? a.type >= b.type : a.schema > b.schema;
  const { v, type, schema } = later ? a : b;
  return { v, type, schema };
};
