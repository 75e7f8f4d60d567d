/** What was entered, of any kind. */
import type { Instant } from '@mhb/core-domain';
import type { AnswerOf } from '@mhb/device';

export type EntryKind = 'activity' | 'assessment' | 'mood';

export type Entry =
  | {
      readonly kind: 'mood';
      readonly id: string;
      readonly at: Instant;
      readonly record: AnswerOf<'get_mood_history'>[number];
    }
  | {
      readonly kind: 'assessment';
      readonly id: string;
      readonly at: Instant;
      readonly record: AnswerOf<'get_assessment_history'>[number];
    }
  | {
      readonly kind: 'activity';
      readonly id: string;
      readonly at: Instant;
      readonly record: AnswerOf<'get_activity_logs'>[number];
    };

/** Whether the first comes before the second in a list that begins with the newest; equal moments by id, as the device does. */
export const isNewer = (a: Entry, b: Entry): boolean => (a.at === b.at ? a.id > b.id : a.at > b.at);

/** The entries of each of the person's days, in the order given. */
export const byDay = (
  entries: readonly Entry[],
  dayOf: (entry: Entry) => string,
): readonly (readonly [string, readonly Entry[]])[] => [...Map.groupBy(entries, dayOf)];

/** Whether its note, or the name of one of its activities, contains the words, whatever their case. */
export const contains = (entry: Entry, words: string, names: ReadonlyMap<string, string>): boolean => {
  const wanted = words.toLocaleLowerCase();
  return textsOf(entry, names).some((text) => text.toLocaleLowerCase().includes(wanted));
};

const textsOf = ({ kind, record }: Entry, names: ReadonlyMap<string, string>): readonly string[] => {
  const ids = kind === 'mood' ? record.activity_ids : kind === 'activity' ? [record.activity_id] : [];
  return [record.notes ?? '', ...ids.map((id) => names.get(id) ?? '')];
};
