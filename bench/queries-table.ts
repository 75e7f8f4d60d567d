/** The figures of the questions as Markdown tables; times are medians in microseconds. */
import type { Growth } from './growth.ts';
import type { OriginalFigure } from './questions-original.ts';
import { type Compared, RATIO_MAX } from './side-by-side.ts';
import { table } from './table.ts';

export interface QueryResults {
  readonly compared: readonly Compared[];
  readonly years: readonly number[];
  readonly growth: readonly Growth[];
  readonly original: readonly (Compared & Pick<OriginalFigure, 'originalUs'>)[];
  /** "50,000 moods, …" */
  readonly size: string;
  readonly machine: string;
}

export const formatQueries = ({ compared, years, growth, original, size, machine }: QueryResults): string =>
  [
    `Ten years: ${size}. ${machine}`,
    table(
      ['page', 'question', 'ours µs', 'floor µs', 'ratio', `turns over ${String(RATIO_MAX)}`],
      compared.map((one) => [one.question.page, one.question.name, ...timesOf(one), turnsOver(one)]),
      { left: [0, 1] },
    ),
    'The same questions after 1, 2, 5 and 10 years, in µs of ours:',
    table(
      [
        'question',
        ...years.map((count) => `${String(count)} ${count === 1 ? 'year' : 'years'}`),
        'ten to one',
      ],
      growth.map(({ name, us, factor }) => [name, ...us.map(whole), factor.toFixed(2)]),
      { left: [0] },
    ),
    "The original's own figures, in the sizes it measured:",
    table(
      ['question', 'original µs', 'ours µs', 'floor µs', 'ratio of ours to the floor'],
      original.map((one) => [one.question.name, whole(one.originalUs), ...timesOf(one)]),
      { left: [0] },
    ),
  ].join('\n\n');

const timesOf = ({ oursUs, floorUs, ratio }: Compared): readonly string[] => [
  whole(oursUs),
  whole(floorUs),
  ratio.toFixed(2),
];

const turnsOver = ({ over, repetitions }: Compared): string => `${whole(over)} of ${whole(repetitions)}`;

const whole = (value: number): string => Math.round(value).toLocaleString('en');
