/**
 * `npm run bench`: how long importing, the first upload and the first download take, beside the least work that has
 * the same result, and how much memory device and service hold. `node bench/run.ts --quick` is a first look.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeHistory } from './generated-history.ts';
import { type Processes, startProcesses } from './processes.ts';
import { intoReadme, sqliteVersion } from './readme.ts';
import { type Measurement, measureRound } from './round.ts';
import { floorMsOf, formatResults } from './table.ts';

interface Plan {
  readonly records: number;
  readonly rounds: number;
}

const FULL: readonly Plan[] = [
  { records: 1_000, rounds: 5 },
  { records: 10_000, rounds: 3 },
  { records: 100_000, rounds: 2 },
];
const QUICK: readonly Plan[] = [{ records: 1_000, rounds: 1 }];

const measure = async (plans: readonly Plan[], folder: string, processes: Processes): Promise<string> => {
  const serviceFolder = join(folder, 'service');
  const service = await processes.startService(serviceFolder, join(folder, 'service.log'));
  const measurements: Measurement[] = [];
  let postgres = 'unknown';
  try {
    for (const { records, rounds } of plans) {
      const history = join(folder, `history-${String(records)}.db`);
      writeHistory(history, records);
      // A device that was started before finds its code compiled; so does every one that is measured.
      await processes.device({
        name: 'import',
        dataDir: join(folder, `warm-up-${String(records)}`),
        file: history,
      });
      for (let round = 1; round <= rounds; round += 1) {
        postgres = await measureRound({
          processes,
          service,
          serviceFolder,
          history,
          records,
          folder: join(folder, 'round'),
          onMeasured: (measurement) => {
            measurements.push(measurement);
            sayProgress(measurement, `round ${String(round)} of ${String(rounds)}`);
          },
        });
      }
    }
  } finally {
    await service.stop();
  }
  const cores = availableParallelism();
  return formatResults(measurements, {
    cores,
    node: process.versions.node,
    postgres,
    sqlite: sqliteVersion(),
  });
};

const sayProgress = (measurement: Measurement, round: string): void => {
  const { records, question, oursMs } = measurement;
  const figures = `${oursMs.toFixed(0)} ms, floor ${floorMsOf(measurement).toFixed(0)} ms`;
  process.stderr.write(`${records.toLocaleString('en')} records, ${round}, ${question}: ${figures}\n`);
};

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopping.abort();
  });
}
const folder = mkdtempSync(join(tmpdir(), 'mhb-bench-'));
try {
  const results = await measure(
    quick ? QUICK : FULL,
    folder,
    startProcesses(stopping.signal, join(folder, 'compiled')),
  );
  process.stdout.write(`${results}\n`);
  // One round says too little to be kept.
  if (!quick) await intoReadme('results', results);
} catch (error) {
  if (!stopping.signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
