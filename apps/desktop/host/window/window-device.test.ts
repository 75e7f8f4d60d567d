/** The device behind the window: locked and unlocked, aside for other commands and back, and never lost to a page. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openHostedDevice } from '../open-device.ts';
import { movedClock, newFolder, startTestHost, type TestHost } from './host.testing.ts';

const PASSPHRASE = 'correct horse battery';

const encrypt = async (host: TestHost): Promise<string> => {
  const { value } = await host.post('/call/turn_on_encryption', {
    unlock_with: 'passphrase',
    passphrase: PASSPHRASE,
  });
  return (value as { readonly recovery_key: string }).recovery_key;
};

const phase = async (host: TestHost): Promise<unknown> => {
  const [state] = await host.events(() => true);
  return state?.data;
};

test('what is encrypted is locked at the start; words open it, wrong ones do not', async () => {
  const first = await startTestHost();
  await first.post('/call/log_mood', { mood_rating: 4 });
  const recoveryKey = await encrypt(first);
  await first.stop();

  const host = await startTestHost({ dataDir: first.dataDir });
  expect(await phase(host)).toMatchObject({ phase: 'locked', failure: { type: 'Locked' } });
  expect(await host.post('/call/get_mood_history', {})).toMatchObject({ error: { type: 'Locked' } });
  expect(await host.post('/settings', { theme: 'dark' })).toMatchObject({ value: { theme: 'dark' } });
  expect(await host.post('/unlock', { passphrase: 'wrong' })).toMatchObject({
    error: { type: 'WrongPassphrase' },
  });
  expect(await host.post('/unlock', {})).toMatchObject({ error: { type: 'Locked' } });
  expect(await host.post('/unlock', { passphrase: PASSPHRASE })).toEqual({ value: null });
  expect(await host.post('/call/get_mood_history', {})).toMatchObject({ value: [{ mood_rating: 4 }] });

  expect(await host.post('/lock', {})).toEqual({ value: null });
  expect(await phase(host)).toMatchObject({ phase: 'locked' });
  expect(await host.post('/call/get_mood_history', {})).toMatchObject({ error: { type: 'Locked' } });
  expect(await host.post('/unlock', { recovery_key: recoveryKey })).toEqual({ value: null });
  expect(await phase(host)).toMatchObject({ phase: 'ready' });
});

test('what nothing protects is not locked, and stays open', async () => {
  const host = await startTestHost();
  expect(await host.post('/lock', {})).toMatchObject({ error: { type: 'NothingToLock' } });
  expect(await host.post('/call/log_mood', { mood_rating: 4 })).not.toHaveProperty('error');
});

test('after so long without a call it locks, also where the computer slept through that', async () => {
  const clock = movedClock();
  const host = await startTestHost(clock);
  await encrypt(host);
  await host.post('/settings', { lock_after_minutes: 5 });
  clock.move(4 * 60_000);
  expect(await host.post('/call/get_mood_history', {})).toEqual({ value: [] });
  clock.move(4 * 60_000);
  expect(await phase(host)).toMatchObject({ phase: 'ready' });
  clock.move(60_000);
  await host.events(({ data }) => (data as { phase?: string }).phase === 'locked');
  expect(await host.post('/call/get_mood_history', {})).toMatchObject({ error: { type: 'Locked' } });
  expect(await host.post('/unlock', { passphrase: PASSPHRASE })).toEqual({ value: null });
});

test('[O6] it steps aside for another command, calls wait meanwhile, and pages hear what that one wrote', async () => {
  const host = await startTestHost();
  await encrypt(host);
  const { dataDir } = host;
  const heard = host.events(
    ({ event, data }) => event === 'changed' && (data as { kinds: string[] }).kinds.includes('mood_entry'),
  );
  writeFileSync(join(dataDir, 'device.wanted'), '');
  const other = await openOther(dataDir);
  const waiting = host.post('/call/get_mood_history', {});
  await other.device.call('log_mood', { mood_rating: 6 });
  other.close();
  // The key that opened it is known still: nobody is asked again.
  expect(await waiting).toMatchObject({ value: [{ mood_rating: 6 }] });
  expect((await heard).at(-1)?.data).toMatchObject({
    kinds: expect.arrayContaining(['mood_entry', 'sync', 'encryption']) as string[],
  });
});

/** As another command would, but without holding up this very process. */
const openOther = async (dataDir: string) => {
  for (;;) {
    const opened = await openHostedDevice({
      dataDir,
      patient: false,
      unlockWith: { passphrase: PASSPHRASE },
    });
    if (opened.ok) return opened.value;
    writeFileSync(join(dataDir, 'device.wanted'), '');
    await wait(20);
  }
};

test('a folder in which another program stays is told of, and opened once that one ends', async () => {
  const dataDir = newFolder();
  const other = await openHostedDevice({ dataDir });
  if (!other.ok) throw new Error(other.error.type);
  const host = await startTestHost({ dataDir });
  expect(await phase(host)).toMatchObject({ phase: 'failed', failure: { type: 'FolderInUse' } });
  expect(await host.post('/call/get_mood_history', {})).toMatchObject({ error: { type: 'FolderInUse' } });
  other.value.close();
  await host.events(({ data }) => (data as { phase?: string } | null)?.phase === 'ready');
  expect(await host.post('/call/get_mood_history', {})).toEqual({ value: [] });
});

test('what can’t be opened is told of, and tried again when that is asked', async () => {
  const dataDir = newFolder();
  writeFileSync(dataDir, 'a file in its place');
  const host = await startTestHost({ dataDir });
  expect(await phase(host)).toMatchObject({ phase: 'failed', failure: { type: 'NotAFolder' } });
  expect(await host.post('/unlock', {})).toMatchObject({ error: { type: 'NotAFolder' } });
  rmSync(dataDir);
  expect(await host.post('/unlock', {})).toEqual({ value: null });
  expect(await host.post('/call/log_mood', { mood_rating: 4 })).not.toHaveProperty('error');
});
