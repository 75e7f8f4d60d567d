/**
 * `npm run bench:queries`: what every page asks of ten years of a heavy user, beside the least SQL with the same
 * answer; whether the newest page costs more as the years go by; and the original's own figures beside ours.
 * Ends with 1 and a line for each question that takes more than 1.5 times its floor or grows with the years.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEAVY, type Life } from './heavy-user.ts';
import { type HistoryDevice, openHistoryDevice } from './history-device.ts';
import { type Growth, GROWTH_MAX, measureGrowth } from './growth.ts';
import { formatQueries } from './queries-table.ts';
import type { Question } from './question.ts';
import { chartQuestions } from './questions-charts.ts';
import { dashboardQuestions } from './questions-dashboard.ts';
import { goalQuestions } from './questions-goals.ts';
import { historyQuestions } from './questions-history.ts';
import { originalSizes } from './questions-original.ts';
import { intoReadme, sqliteVersion } from './readme.ts';
import { compare, type Compared, RATIO_MAX } from './side-by-side.ts';

const YEARS = [1, 2, 5, 10] as const;

const questionsOf = ({ floor }: HistoryDevice): readonly Question[] =>
  [dashboardQuestions, historyQuestions, chartQuestions, goalQuestions].flatMap((page) => page(floor));

/** The newest pages, and what a dashboard shows of the last days. */
const isOfNow = ({ page, name }: Question): boolean =>
  (page === 'history' && name.startsWith('newest')) || page === 'dashboard';

const measureAll = async (
  device: HistoryDevice,
  questions: readonly Question[],
): Promise<readonly Compared[]> => {
  const compared: Compared[] = [];
  for (const question of questions) {
    const one = await compare(device.ask, question);
    process.stderr.write(
      `${question.name}: ${one.oursUs.toFixed(0)} µs, ${one.ratio.toFixed(2)} of its floor\n`,
    );
    compared.push(one);
  }
  return compared;
};

/** A device for each number of years: a person's entries come one after the other, and so do those of an export. */
const openYears = async (folder: string, life: Life): Promise<readonly HistoryDevice[]> => {
  const devices: HistoryDevice[] = [];
  for (const years of YEARS) {
    const device = await openHistoryDevice(join(folder, String(years)));
    await device.liveThrough(life, { firstYear: 0, years });
    process.stderr.write(`${String(years)} of ${String(YEARS.at(-1))} years\n`);
    devices.push(device);
  }
  return devices;
};

const sizeOf = ({ floor }: HistoryDevice): string => {
  const count = (table: string): string =>
    Number(floor.prepare(`select count(*) from ${table}`).pluck().get()).toLocaleString('en');
  return (
    `${count('mood_entry')} moods, ${count('assessment')} questionnaires, ${count('activity_log')} logs, ` +
    `${count('activity')} activities, ${count('activity_goal')} goals`
  );
};

const measureOriginal = async (folder: string) => {
  const original: (Compared & { readonly originalUs: number })[] = [];
  for (const [index, { life, figures }] of originalSizes.entries()) {
    const device = await openHistoryDevice(join(folder, String(index)));
    await device.liveThrough(life, { firstYear: 0, years: 1 });
    for (const { question, originalUs } of await figures(device)) {
      const [one] = await measureAll(device, [question]);
      if (one !== undefined) original.push({ ...one, originalUs });
    }
    device.close();
  }
  return original;
};

const complaintsOf = (compared: readonly Compared[], growth: readonly Growth[]): readonly string[] => [
  ...compared
    .filter(({ ratio }) => ratio > RATIO_MAX)
    .map(
      ({ question: { name }, ratio, over, repetitions }) =>
        `${name}: ${ratio.toFixed(2)} times its floor, over ${String(RATIO_MAX)} in ${String(over)} of ${String(repetitions)} turns`,
    ),
  ...growth
    .filter(({ factor }) => factor > GROWTH_MAX)
    .map(
      ({ name, factor }) => `${name}: takes ${factor.toFixed(2)} times as long after ten years as after one`,
    ),
];

const folder = mkdtempSync(join(tmpdir(), 'mhb-bench-'));
try {
  const devices = await openYears(join(folder, 'years'), HEAVY);
  const ofTenYears = devices.at(-1)!;
  const compared = await measureAll(ofTenYears, questionsOf(ofTenYears));
  const growth = await measureGrowth(devices, questionsOf(ofTenYears).filter(isOfNow));
  const size = sizeOf(ofTenYears);
  for (const device of devices) device.close();
  const original = await measureOriginal(join(folder, 'original'));
  const versions = `Node ${process.versions.node}, SQLite ${sqliteVersion()}`;
  const machine = `${String(availableParallelism())} cores, ${versions}.`;
  const results = formatQueries({ compared, years: YEARS, growth, original, size, machine });
  process.stdout.write(`${results}\n`);
  await intoReadme('queries', results);
  for (const complaint of complaintsOf([...compared, ...original], growth)) {
    process.stderr.write(`${complaint}\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
