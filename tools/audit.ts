/**
 * `npm run audit`: whether a package of the lockfile has a weakness that is known, and high or critical. Not every
 * registry answers that question; then it says so, which is not the same as none. Exits with 1 where there is one.
 */
import { spawnSync } from 'node:child_process';
import { z } from 'zod';

const Report = z.object({
  metadata: z.object({ vulnerabilities: z.object({ high: z.int(), critical: z.int() }) }),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string() })),
});

const { stdout } = spawnSync('npm', ['audit', '--json', '--package-lock-only'], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
  stdio: ['ignore', 'pipe', 'ignore'],
  timeout: 120_000,
});

const read = ((): z.infer<typeof Report> | undefined => {
  try {
    return Report.safeParse(JSON.parse(stdout)).data;
  } catch {
    return undefined;
  }
})();

if (read === undefined) {
  process.stdout.write('not run: the registry does not answer which weaknesses are known\n');
} else {
  const { high, critical } = read.metadata.vulnerabilities;
  for (const [name, { severity }] of Object.entries(read.vulnerabilities)) {
    if (severity === 'high' || severity === 'critical') process.stdout.write(`${severity}: ${name}\n`);
  }
  process.stdout.write(`${String(critical)} critical, ${String(high)} high\n`);
  process.exitCode = high + critical > 0 ? 1 : 0;
}
