/** What was entered, of any kind, in the order of time. */
import type { AnswerOf } from '@mhb/device';

export type EntryKind = 'activity' | 'assessment' | 'mood';

export type Entry =
  | {
      readonly kind: 'mood';
      readonly id: string;
      readonly at: string;
      readonly record: AnswerOf<'get_mood_history'>[number];
    }
  | {
      readonly kind: 'assessment';
      readonly id: string;
      readonly at: string;
      readonly record: AnswerOf<'get_assessment_history'>[number];
    }
  | {
      readonly kind: 'activity';
      readonly id: string;
      readonly at: string;
      readonly record: AnswerOf<'get_activity_logs'>[number];
    };

/** Newest first. */
export const inOrder = (entries: readonly Entry[]): readonly Entry[] =>
  entries.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));

/** The entries of each local day, in the order given. */
export const byDay = (entries: readonly Entry[]): readonly (readonly [string, readonly Entry[]])[] => [
  ...Map.groupBy(entries, ({ record }) => String(record.local_date)),
];

/** Whether what was written with it contains the words, whatever their case. */
export const contains = ({ record }: Entry, words: string): boolean =>
  (record.notes ?? '').toLocaleLowerCase().includes(words.toLocaleLowerCase());
