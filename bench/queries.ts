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
import { formatQueries, type Growth } from './queries-table.ts';
import type { Question } from './question.ts';
import { chartQuestions } from './questions-charts.ts';
import { dashboardQuestions } from './questions-dashboard.ts';
import { goalQuestions } from './questions-goals.ts';
import { historyQuestions } from './questions-history.ts';
import { originalSizes } from './questions-original.ts';
import { intoReadme, sqliteVersion } from './readme.ts';
import { compare, type Compared, RATIO_MAX } from './side-by-side.ts';

const YEARS = [1, 2, 5, 10] as const;

/** Ten years against one. The page is the same; the index above it is a level higher. */
const GROWTH_MAX = 1.5;

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
const measureYears = async (folder: string, life: Life) => {
  const byYears: (readonly Compared[])[] = [];
  let size = '';
  for (const years of YEARS) {
    const device = await openHistoryDevice(join(folder, String(years)));
    await device.liveThrough(life, { firstYear: 0, years });
    process.stderr.write(`${String(years)} of ${String(YEARS.at(-1))} years\n`);
    const questions = questionsOf(device);
    const isAll = years === YEARS.at(-1);
    byYears.push(await measureAll(device, isAll ? questions : questions.filter(isOfNow)));
    size = sizeOf(device);
    device.close();
  }
  const compared = byYears.at(-1) ?? [];
  const growth = compared
    .filter(({ question }) => isOfNow(question))
    .map(({ question: { page, name } }): Growth => {
      const isSame = ({ question }: Compared): boolean => question.page === page && question.name === name;
      return { name, us: byYears.map((ofYears) => ofYears.find(isSame)?.oursUs ?? Number.NaN) };
    });
  return { compared, growth, size };
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
    .filter(({ us }) => us.at(-1)! > GROWTH_MAX * us[0]!)
    .map(
      ({ name, us }) =>
        `${name}: grows from ${us[0]!.toFixed(0)} µs in a year to ${us.at(-1)!.toFixed(0)} µs in ten`,
    ),
];

const folder = mkdtempSync(join(tmpdir(), 'mhb-bench-'));
try {
  const { compared, growth, size } = await measureYears(join(folder, 'years'), HEAVY);
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
