/** Where a line has to break: a gap of more than twice the usual interval, and of 28 days at least. */
const DAY_MS = 86_400_000;
const GAP_DAYS_MIN = 28;

interface Timed {
  readonly at: Date;
}

/** The points in runs without such a gap between them; the points are in the order of time. */
export const runsOf = <Point extends Timed>(points: readonly Point[]): readonly (readonly Point[])[] => {
  const intervals = points
    .slice(1)
    .map((point, index) => point.at.getTime() - (points[index]?.at.getTime() ?? 0));
  const usual = intervals.toSorted((a, b) => a - b)[Math.floor((intervals.length - 1) / 2)] ?? 0;
  const widest = Math.max(2 * usual, GAP_DAYS_MIN * DAY_MS);
  const runs: Point[][] = [];
  for (const [index, point] of points.entries()) {
    const gap = intervals[index - 1];
    if (gap === undefined || gap > widest) runs.push([point]);
    else runs.at(-1)?.push(point);
  }
  return runs;
};

/** The gaps between those runs, with their length in words: "6 weeks", from 4 months on "4 months". */
export const gapsOf = <Point extends Timed>(
  points: readonly Point[],
): readonly { readonly before: Point; readonly after: Point; readonly length: string }[] => {
  const runs = runsOf(points);
  return runs.flatMap((run, index) => {
    const [before, after] = [run.at(-1), runs[index + 1]?.[0]];
    if (before === undefined || after === undefined) return [];
    const days = (after.at.getTime() - before.at.getTime()) / DAY_MS;
    const length =
      days < 120 ? `${String(Math.round(days / 7))} weeks` : `${String(Math.round(days / 30.44))} months`;
    return [{ before, after, length }];
  });
};
