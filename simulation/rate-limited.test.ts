/** A service that lets a key ask only a few times a minute: syncing takes longer and loses nothing. */
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { openWorld, type World, type WorldDevice } from './world.ts';

const HISTORY = fileURLToPath(new URL('../fixtures/original-app.db', import.meta.url));

let world: World;
afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

/** Syncs until it is done, a minute after each refusal. Answers how often it was refused. */
const syncPatiently = async (device: WorldDevice, minutesMax: number): Promise<number> => {
  for (let refused = 0; refused < minutesMax; refused += 1) {
    const answer = await device.call('sync_now', {});
    if ('value' in answer) return refused;
    expect(answer.error).toMatchObject({ type: 'Refused', code: 'rate_limited' });
    expect(answer.error.message).toMatch(/^Too many requests\./);
    vi.setSystemTime(Date.now() + 60_000);
  }
  throw new Error('it never got through');
};

test('[D8] a device that is asked to slow down goes on a minute later, and loses nothing', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  world = await openWorld({ requestsPerMinute: 3 });
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  const { changed } = (await a.run('import_original', { file: HISTORY })) as { changed: number };
  expect(changed).toBeGreaterThan(0);
  expect(await syncPatiently(a, 20)).toBeGreaterThan(0);
  expect(await a.run('get_sync_status')).toMatchObject({ pending: 0 });

  const b = await world.newDevice();
  vi.setSystemTime(Date.now() + 60_000);
  // Joining keeps what it has, and the syncs after it bring the rest.
  await b.call('enable_sync', { ...account, recovery_phrase: phrase });
  await syncPatiently(b, 20);
  expect(b.exportJson()).toBe(a.exportJson());

  await b.run('log_mood', { mood_rating: 4 });
  vi.setSystemTime(Date.now() + 60_000);
  await syncPatiently(b, 20);
  vi.setSystemTime(Date.now() + 60_000);
  await syncPatiently(a, 20);
  expect(a.exportJson()).toBe(b.exportJson());
});
