/** The history as far back as the person has asked to see it: more is loaded page by page, and changes come in. */
import type { Answer, WindowDevice } from '../device/window-device.svelte.ts';
import { LiveQuery } from '../device/live-query.svelte.ts';
import { type Entry, type EntryKind, inOrder } from './entries.ts';

export interface HistoryFilter {
  readonly kind: EntryKind | 'all';
  /** Instants; null for no end. */
  readonly from: string | null;
  readonly to: string | null;
}

interface Loaded {
  readonly entries: readonly Entry[];
  readonly hasMore: boolean;
}

/** The newest `limit` entries of the filter, and whether there are older ones. */
export const historyQuery = (device: WindowDevice, filter: HistoryFilter, limit: number): LiveQuery<Loaded> =>
  new LiveQuery(device, ['mood_entry', 'assessment', 'activity_log'], async (): Promise<Answer<Loaded>> => {
    const wanted = (kind: EntryKind): boolean => filter.kind === 'all' || filter.kind === kind;
    const range = { from_date: filter.from, to_date: filter.to, limit };
    const nothing: Promise<Answer<readonly never[]>> = Promise.resolve({ value: [] });
    const [moods, assessments, logs] = await Promise.all([
      wanted('mood') ? device.call('get_mood_history', range) : nothing,
      wanted('assessment') ? device.call('get_assessment_history', range) : nothing,
      wanted('activity')
        ? device.call('get_activity_logs', { start_date: filter.from, end_date: filter.to, limit })
        : nothing,
    ]);
    if (moods.error) return { error: moods.error };
    if (assessments.error) return { error: assessments.error };
    if (logs.error) return { error: logs.error };
    const all = inOrder([
      ...moods.value.map((record) => ({
        kind: 'mood' as const,
        id: record.id,
        at: record.recorded_at,
        record,
      })),
      ...assessments.value.map((record) => ({
        kind: 'assessment' as const,
        id: record.id,
        at: record.completed_at,
        record,
      })),
      ...logs.value.map((record) => ({
        kind: 'activity' as const,
        id: record.id,
        at: record.logged_at,
        record,
      })),
    ]);
    return {
      value: {
        entries: all.slice(0, limit),
        hasMore: all.length > limit || isFull([moods, assessments, logs], limit),
      },
    };
  });

const isFull = (answers: readonly { readonly value: readonly unknown[] }[], limit: number): boolean =>
  answers.some(({ value }) => value.length === limit);
