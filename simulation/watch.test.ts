/** `mhb watch` as a person runs it: two folders stay in step by themselves while other commands write into them. */
import { temporaryFolder } from '@mhb/device/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createAccount, deviceIn, startService, turnSyncOn } from './programs.ts';

const MHB = fileURLToPath(new URL('../apps/desktop/bin/mhb.js', import.meta.url));
const WAITING = { timeout: 40_000, interval: 50 };

const watch = (dataDir: string) => {
  const child: ChildProcess = spawn(process.execPath, [MHB, '--data-dir', dataDir, 'watch'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'exit');
  return {
    said: () => said,
    untilSaid: (words: string) =>
      vi.waitFor(() => {
        expect(said).toContain(words);
      }, WAITING),
    stop: async (signal: NodeJS.Signals) => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
};

test('[O8] [O6] what a command writes beside mhb watch reaches the other folder, and both end cleanly', async () => {
  const folder = temporaryFolder();
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const service = await startService(join(folder, 'service'));
  const account = { url: service.url, api_key: await createAccount(join(folder, 'service')) };
  const [a, b] = [deviceIn(join(folder, 'a')), deviceIn(join(folder, 'b'))];
  const recovery_phrase = await turnSyncOn(a, account);
  await b.value('call', 'enable_sync', JSON.stringify({ ...account, recovery_phrase }));
  const [here, there] = [watch(join(folder, 'a')), watch(join(folder, 'b'))];
  for (const side of [here, there]) await side.untilSaid('changes come at once');

  await a.value('call', 'log_mood', JSON.stringify({ mood_rating: 4 }));
  await vi.waitFor(async () => {
    expect(await b.value('call', 'get_mood_history')).toMatchObject([{ mood_rating: 4 }]);
  }, WAITING);

  expect(await here.stop('SIGINT')).toBe(0);
  expect(await there.stop('SIGTERM')).toBe(0);
  expect(here.said().trimEnd().split('\n').at(-1)).toBe('mhb: stopped');
  expect(await service.stop()).toBe(0);
}, 120_000);
