/** When the next sync comes, by how the last one ended. The door is the real one; its outcomes are given. */
import { err, ok } from '@mhb/core-domain';
import { expect, test } from 'vitest';
import { ChangeFeed } from '../changes/change-feed.ts';
import type { DeviceDeps } from '../deps.ts';
import { migrate } from '../database/migrate.ts';
import { openSqlite } from '../database/sqlite.ts';
import { SyncDoor } from './sync-door.ts';
import { BACK_OFF_MAX_MS, EVERY_MS, SyncLoop } from './sync-loop.ts';
import type { SyncNotDone, SyncOutcome } from './sync-once.ts';

const DONE = ok({ uploaded: 0, downloaded: 0, merged: 0, quarantined: 0, pending: 0, sealed_anew: 0 });

test('[O8] offline is waited out ever longer, Retry-After is kept to, and a person is waited for', async () => {
  const database = openSqlite(':memory:');
  migrate(database);
  const syncDoor = new SyncDoor<SyncOutcome, SyncNotDone>();
  const waits: number[] = [];
  let armed = false;
  const loop = new SyncLoop({
    database,
    syncDoor,
    changeFeed: new ChangeFeed(),
    clock: { nowMs: () => 0 },
    randomBytes: (length: number) => new Uint8Array(length).fill(255),
    wakeIn: (ms: number) => {
      waits.push(ms);
      armed = true;
      return () => (armed = false);
    },
  } as Partial<DeviceDeps> as DeviceDeps & ConstructorParameters<typeof SyncLoop>[0]);
  loop.start();
  const after = async (outcome: typeof DONE | ReturnType<typeof err<SyncNotDone>>) => {
    await syncDoor.pass(() => Promise.resolve(outcome));
    return armed ? waits.at(-1) : undefined;
  };
  expect(await after(err({ type: 'Offline' }))).toBe(2_000);
  expect(await after(err({ type: 'Offline' }))).toBe(4_000);
  for (let n = 0; n < 40; n += 1) await after(err({ type: 'Offline' }));
  expect(await after(err({ type: 'Offline' }))).toBe(BACK_OFF_MAX_MS);
  expect(await after(DONE)).toBeCloseTo(EVERY_MS * 1.1);
  expect(await after(err({ type: 'Refused', code: 'rate_limited', retry_after_ms: 60_000 }))).toBe(60_000);
  expect(await after(err({ type: 'Refused', code: 'unauthorized' }))).toBeUndefined();
  expect(await after(DONE)).toBeCloseTo(EVERY_MS * 1.1);
  loop.stop();
  expect(armed).toBe(false);
});
