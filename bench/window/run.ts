/**
 * `npm run bench:window`: how soon the window shows ten years of a heavy user, how soon it answers, what it weighs and
 * what its host holds, beside a host that does nothing but serve one empty page to the same browser.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setup as buildPage } from '../../apps/desktop/e2e/build-page.ts';
import { HEAVY } from '../heavy-user.ts';
import { openHistoryDevice } from '../history-device.ts';
import { intoReadme, sqliteVersion } from '../readme.ts';
import { measureFloor, measureWindow } from './measure.ts';
import { formatWindow } from './table.ts';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 1 : 5;

buildPage();
const folder = mkdtempSync(join(tmpdir(), 'mhb-bench-window-'));
try {
  const history = await openHistoryDevice(folder);
  await history.liveThrough(HEAVY, { firstYear: 0, years: isQuick ? 1 : 10 });
  history.close();
  // A person of ten years has the first run behind them.
  writeFileSync(join(folder, 'window.json'), JSON.stringify({ first_run_done: true }), { mode: 0o600 });
  process.stderr.write('the years are there\n');
  const windows = [];
  const floors = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    floors.push(await measureFloor());
    windows.push(await measureWindow(folder));
    process.stderr.write(`${String(round + 1)} of ${String(ROUNDS)}: ${JSON.stringify(windows.at(-1))}\n`);
  }
  const results = formatWindow(windows, floors, {
    cores: availableParallelism(),
    node: process.versions.node,
    sqlite: sqliteVersion(),
  });
  process.stdout.write(`${results}\n`);
  if (!isQuick) await intoReadme('window', results);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
