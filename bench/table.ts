/** The figures of a run as a Markdown table: medians, and the least and the greatest beside them. */
import { type Measurement, type Question, questions } from './round.ts';

export interface Machine {
  readonly cores: number;
  readonly node: string;
  readonly postgres: string;
  readonly sqlite: string;
}

export const floorMsOf = ({ floorParts }: Measurement): number =>
  Object.values(floorParts).reduce((sum, ms) => sum + ms, 0);

/** Everything that was measured, and on what. */
export const formatResults = (measurements: readonly Measurement[], machine: Machine): string => {
  const sizes = [...new Set(measurements.map(({ records }) => records))];
  const rows = sizes.flatMap((records) =>
    questions.map((question) =>
      row(measurements.filter((one) => one.records === records && one.question === question)),
    ),
  );
  const { cores, node, postgres, sqlite } = machine;
  return [
    table(columns, rows, { left: [0, 8] }),
    growthOf(measurements, sizes),
    `Median (least to greatest) of ${rounds(measurements, sizes)}. ${String(cores)} cores, Node ${node}, ` +
      `Postgres ${postgres}, SQLite ${sqlite}.`,
  ].join('\n\n');
};

const columns = [
  'question',
  'n',
  'ours ms',
  'floor ms',
  'ratio',
  'µs per record',
  'device peak MB',
  'service peak MB',
  'parts of the floor ms',
  'bare HTTP ms',
] as const;

const row = (measured: readonly Measurement[]): readonly string[] => {
  const ours = measured.map(({ oursMs }) => oursMs);
  const floors = measured.map(floorMsOf);
  const [first] = measured;
  return [
    first?.question ?? '',
    count(first?.records ?? 0),
    spread(ours),
    spread(floors),
    (median(ours) / median(floors)).toFixed(2),
    whole(perRecordUs(measured)),
    greatest(measured.map(({ devicePeakMb }) => devicePeakMb)),
    greatest(measured.map(({ servicePeakMb }) => servicePeakMb)),
    parts(measured),
    medianOr(measured.map(({ httpMs }) => httpMs ?? undefined)),
  ];
};

const perRecordUs = (measured: readonly Measurement[]): number =>
  median(measured.map(({ oursMs, records }) => (oursMs / records) * 1_000));

/** What a record takes in the longest history for each that it takes in the shortest one. */
const growthOf = (measurements: readonly Measurement[], sizes: readonly number[]): string => {
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const factors = questions.map((question) => {
    const [few, many] = [least, most].map((size) =>
      perRecordUs(measurements.filter((one) => one.question === question && one.records === size)),
    );
    return `${question} ${((many ?? 0) / (few ?? 1)).toFixed(2)}`;
  });
  return `Time per record of ${count(most)} for each of ${count(least)}: ${factors.join(', ')}.`;
};

const rounds = (measurements: readonly Measurement[], sizes: readonly number[]): string =>
  sizes
    .map((size) => {
      const some: Question = questions[0];
      const times = measurements.filter(({ records, question }) => records === size && question === some);
      return `${String(times.length)} at ${count(size)}`;
    })
    .join(', ');

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
};

const spread = (values: readonly number[]): string =>
  values.length === 1
    ? whole(median(values))
    : `${whole(median(values))} (${whole(Math.min(...values))}–${whole(Math.max(...values))})`;

const parts = (measured: readonly Measurement[]): string =>
  Object.keys(measured[0]?.floorParts ?? {})
    .map((part) => `${part} ${whole(median(measured.map(({ floorParts }) => floorParts[part] ?? 0)))}`)
    .join(', ');

const known = (values: readonly (number | undefined)[]): readonly number[] =>
  values.filter((value) => value !== undefined);

/** Memory is a bound, so the worst round counts. */
const greatest = (values: readonly (number | undefined)[]): string =>
  known(values).length === 0 ? '–' : whole(Math.max(...known(values)));

const medianOr = (values: readonly (number | undefined)[]): string =>
  known(values).length === 0 ? '–' : whole(median(known(values)));

const whole = (value: number): string => count(Math.round(value));

const count = (value: number): string => value.toLocaleString('en');

/** A Markdown table; numbers stand to the right, and what is in the columns `left` to the left. */
export const table = (
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  { left }: { readonly left: readonly number[] },
): string =>
  [heads, heads.map((_, index) => (left.includes(index) ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
