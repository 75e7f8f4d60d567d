/** When in the week moods are higher, in a few words; only where enough entries say so. */
const ENTRIES_MIN = 10;
const DIFFERENCE_MIN = 0.3;

export interface RhythmCell {
  /** Sunday is 0. */
  readonly weekday: number;
  readonly hour: number;
  readonly count: number;
  readonly mean: number | null;
}

const parts: readonly { readonly name: string; readonly has: (cell: RhythmCell) => boolean }[] = [
  { name: 'mornings', has: ({ hour }) => hour >= 5 && hour < 12 },
  { name: 'afternoons', has: ({ hour }) => hour >= 12 && hour < 17 },
  { name: 'evenings', has: ({ hour }) => hour >= 17 && hour < 22 },
  { name: 'nights', has: ({ hour }) => hour >= 22 || hour < 5 },
  { name: 'weekends', has: ({ weekday }) => weekday === 0 || weekday === 6 },
];

const meanOf = (cells: readonly RhythmCell[]): { readonly count: number; readonly mean: number } => {
  const count = cells.reduce((sum, cell) => sum + cell.count, 0);
  const total = cells.reduce((sum, cell) => sum + cell.count * (cell.mean ?? 0), 0);
  return { count, mean: count === 0 ? 0 : total / count };
};

/** "Evenings and weekends tend to be higher"; the mean of a part against that of all other hours. */
export const rhythmSentence = (cells: readonly RhythmCell[]): string => {
  const higher = parts.filter(({ has }) => {
    const inside = meanOf(cells.filter(has));
    const outside = meanOf(cells.filter((cell) => !has(cell)));
    return (
      inside.count >= ENTRIES_MIN &&
      outside.count >= ENTRIES_MIN &&
      inside.mean - outside.mean >= DIFFERENCE_MIN
    );
  });
  const names = higher.map(({ name }) => name).join(' and ');
  return names === ''
    ? 'No part of the week stands out'
    : `${names.charAt(0).toUpperCase()}${names.slice(1)} tend to be higher`;
};
