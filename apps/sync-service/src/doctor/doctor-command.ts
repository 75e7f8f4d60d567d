/** `mhb-sync doctor`: what it found as one line of JSON, the same in words, and exit code 1 where something is wrong. */
import type { Command } from 'commander';
import { DATA_DIR, type Place, say } from '../command-line.ts';
import { examine } from './doctor.ts';

export const addDoctorCommand = (program: Command): void => {
  program
    .command('doctor')
    .description(
      'check settings, versions, address, TLS, permissions, disk, clock and database; changes nothing',
    )
    .option(...DATA_DIR)
    .action(async ({ dataDir }: Place) => {
      const checks = await examine({ environment: process.env, dataDir, now: new Date() });
      for (const { check, state, message } of checks) say(`${state.padEnd(8)}${check.padEnd(12)}${message}`);
      const isWell = checks.every(({ state }) => state !== 'problem');
      process.stdout.write(`${JSON.stringify({ ok: isWell, checks })}\n`);
      if (!isWell) process.exitCode = 1;
    });
};
