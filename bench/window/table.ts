/** The figures of the window as a Markdown table: medians, and the least and the greatest beside them. */
import { table } from '../table.ts';
import type { WindowFigures } from './measure.ts';

interface Machine {
  readonly cores: number;
  readonly node: string;
  readonly sqlite: string;
}

const questions: Readonly<
  Record<keyof WindowFigures, { readonly text: string; readonly aim: number; readonly unit: string }>
> = {
  startMs: { text: 'start to an interactive Home, ten years', aim: 1_500, unit: 'ms' },
  pageChangeMs: { text: 'page change, the slowest of six', aim: 100, unit: 'ms' },
  checkInMs: { text: 'check-in, key to shown', aim: 50, unit: 'ms' },
  homeKb: { text: 'Home, compressed', aim: 250, unit: 'kB' },
  hostPeakMb: { text: 'host, peak memory', aim: 150, unit: 'MB' },
  longTaskMs: { text: 'longest task after Home is shown', aim: 200, unit: 'ms' },
};

export const formatWindow = (
  windows: readonly WindowFigures[],
  floors: readonly Pick<WindowFigures, 'startMs' | 'hostPeakMb'>[],
  { cores, node, sqlite }: Machine,
): string => {
  const rows = (Object.keys(questions) as (keyof WindowFigures)[]).map((name) => {
    const { text, aim, unit } = questions[name];
    const ours = windows.map((figures) => figures[name]);
    const floor =
      name === 'startMs' || name === 'hostPeakMb' ? floors.map((figures) => figures[name]) : undefined;
    return [
      text,
      spread(ours),
      unit,
      floor === undefined ? '–' : spread(floor),
      floor === undefined ? '–' : (median(ours) / median(floor)).toFixed(2),
      String(aim),
    ];
  });
  return [
    table(['what', 'ours', 'unit', 'floor', 'ratio', 'aim'], rows, { left: [0, 2] }),
    `Median (least to greatest) of ${String(windows.length)} starts. ${String(cores)} cores, Node ${node}, SQLite ${sqlite}, Debian's chromium without a window. The floor is a bare server of one empty page, and the same browser.`,
  ].join('\n\n');
};

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);
const median = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)] ?? 0;
const spread = (values: readonly number[]): string => {
  const inOrder = sorted(values);
  return `${median(values).toFixed(0)} (${(inOrder[0] ?? 0).toFixed(0)}–${(inOrder.at(-1) ?? 0).toFixed(0)})`;
};
