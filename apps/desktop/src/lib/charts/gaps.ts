/** Where a line has to break: a gap of more than twice the usual interval, and of 28 days at least. */
const DAY_MS = 86_400_000;
const GAP_DAYS_MIN = 28;

/** The points in runs without such a gap between them; the points are in the order of time. */
export const runsOf = <Point extends { readonly at: Date }>(
  points: readonly Point[],
): readonly (readonly Point[])[] => {
  const intervals = points
    .slice(1)
    .map((point, index) => point.at.getTime() - (points[index]?.at.getTime() ?? 0));
  const usual = intervals.toSorted((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? 0;
  const widest = Math.max(2 * usual, GAP_DAYS_MIN * DAY_MS);
  const runs: Point[][] = [];
  for (const [index, point] of points.entries()) {
    const gap = intervals[index - 1];
    if (gap === undefined || gap > widest) runs.push([point]);
    else runs.at(-1)?.push(point);
  }
  return runs;
};
