/** Killed at any moment, in any part: what was acknowledged is there, and nobody has to help. */
import type { DownloadAnswer, UploadAnswer } from '@mhb/core-domain/wire';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import {
  ask,
  type CreatedAccount,
  createAccountIn,
  dataFolder,
  isRunning,
  postmasterOf,
  type RunningService,
  serve,
} from './process.testing.ts';
import { DEVICE_ID, newChange, newId, WAITING } from './testing.ts';

/** Sends batch after batch until told to stop; one that is not acknowledged is sent again as it is. */
const keepWriting = (address: () => Pick<RunningService, 'address'>, account: CreatedAccount) => {
  const acknowledged: string[] = [];
  const statuses = new Set<number>();
  const state: { isDone: boolean } = { isDone: false };
  const writeOne = async (): Promise<void> => {
    const change = newChange();
    const body = { device_id: DEVICE_ID, batch_id: newId(), changes: [change] };
    await vi.waitFor(
      async () => {
        const answer = await ask<UploadAnswer>(address(), account, ['POST', '/v1/sync/upload', body]);
        statuses.add(answer.status);
        expect(answer.status).toBe(200);
        acknowledged.push(change.id);
      },
      { timeout: 30_000, interval: 50 },
    );
  };
  const written = (async () => {
    while (!state.isDone) await writeOne();
  })();
  return {
    acknowledged,
    statuses,
    untilMore: async (count: number): Promise<void> => {
      const wanted = acknowledged.length + count;
      await vi.waitFor(() => {
        expect(acknowledged.length).toBeGreaterThanOrEqual(wanted);
      }, WAITING);
    },
    finish: async (): Promise<void> => {
      state.isDone = true;
      await written;
    },
  };
};

const storedIds = async (service: RunningService, account: CreatedAccount): Promise<readonly string[]> => {
  const { status, body } = await ask<DownloadAnswer>(service, account, [
    'POST',
    '/v1/sync/download',
    { device_id: DEVICE_ID, since: null },
  ]);
  expect(status).toBe(200);
  expect(body.remaining).toBe(0);
  return body.records.map(({ id }) => id);
};

test('[O6] a killed Postgres is started again by itself: 503 meanwhile, and nothing is lost or doubled', async () => {
  const folder = dataFolder();
  const account = await createAccountIn(folder);
  const service = await serve(folder);
  const writer = keepWriting(() => service, account);
  for (let kill = 0; kill < 3; kill += 1) {
    await writer.untilMore(10);
    const postmaster = postmasterOf(folder)!;
    process.kill(postmaster, 'SIGKILL');
    await vi.waitFor(() => {
      expect(postmasterOf(folder)).not.toBe(postmaster);
    }, WAITING);
  }
  await writer.untilMore(10);
  await writer.finish();

  expect([...writer.statuses].filter((status) => ![200, 503].includes(status))).toEqual([]);
  expect(await storedIds(service, account)).toEqual(writer.acknowledged);
  expect((await service.stop()).exit).toBe(0);
});

test('[O6] after a kill of the service the next start ends the Postgres that was left and has everything', async () => {
  const folder = dataFolder();
  const account = await createAccountIn(folder);
  let service = await serve(folder);
  const writer = keepWriting(() => service, account);
  for (let kill = 0; kill < 2; kill += 1) {
    await writer.untilMore(10);
    const leftover = postmasterOf(folder)!;
    service.child.kill('SIGKILL');
    await service.exited;
    expect(isRunning(leftover)).toBe(true);
    service = await serve(folder);
    expect(isRunning(leftover)).toBe(false);
  }
  await writer.untilMore(10);
  await writer.finish();
  expect([...writer.statuses].filter((status) => ![200, 503].includes(status))).toEqual([]);
  expect(await storedIds(service, account)).toEqual(writer.acknowledged);
  expect((await service.stop()).exit).toBe(0);
});

test('[O6] after a kill of the service and of Postgres at once the next start needs no help', async () => {
  const folder = dataFolder();
  const account = await createAccountIn(folder);
  let service = await serve(folder);
  const writer = keepWriting(() => service, account);
  for (let kill = 0; kill < 3; kill += 1) {
    await writer.untilMore(10);
    service.child.kill('SIGKILL');
    process.kill(postmasterOf(folder)!, 'SIGKILL');
    service = await serve(folder);
  }
  await writer.untilMore(10);
  await writer.finish();
  expect(await storedIds(service, account)).toEqual(writer.acknowledged);
  expect((await service.stop()).exit).toBe(0);
});

/** The processes whose parent a process is. */
const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'latin1')
    .trim()
    .split(' ')
    .map(Number);

test('[O6] what a killed Postgres left running, and does not notice, is ended at the next start', async () => {
  const folder = dataFolder();
  const account = await createAccountIn(folder);
  const killed = await serve(folder);
  await ask(killed, account, ['GET', '/v1/keyring']);
  const postmaster = postmasterOf(folder)!;
  const children = childrenOf(postmaster);
  expect(children.length).toBeGreaterThan(3);
  // Stopped, they can't notice that their postmaster is gone, and keep its memory.
  for (const child of children) process.kill(child, 'SIGSTOP');
  killed.child.kill('SIGKILL');
  process.kill(postmaster, 'SIGKILL');
  for (const child of children.slice(0, 2)) expect(isRunning(child)).toBe(true);

  const next = await serve(folder);
  expect(children.filter(isRunning)).toEqual([]);
  expect((await ask(next, account, ['GET', '/v1/keyring'])).status).toBe(200);
  expect((await next.stop()).exit).toBe(0);
});

test('[O6] in a folder that a killed service left accounts can be made, and the next service has them', async () => {
  const folder = dataFolder();
  const account = await createAccountIn(folder);
  const first = await serve(folder);
  first.child.kill('SIGKILL');
  await first.exited;
  expect(readFileSync(join(folder, 'service.pid'), 'utf8')).toContain(String(first.child.pid));
  const another = await createAccountIn(folder);
  const next = await serve(folder);
  for (const made of [account, another]) {
    expect((await ask(next, made, ['GET', '/v1/keyring'])).status).toBe(200);
  }
  await next.stop();
});
