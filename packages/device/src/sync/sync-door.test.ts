/** One sync at a time, and none that goes on after sync was turned off. */
import { ok, type Result } from '@mhb/core-domain';
import { expect, test } from 'vitest';
import { SyncDoor } from './sync-door.ts';

type Outcome = Result<number, { readonly type: 'Offline' }>;
const OFF = { ok: false, error: { type: 'SyncIsOff' } };

test('[F91] who comes while a sync runs shares one more after it', async () => {
  const door = new SyncDoor<number, { readonly type: 'Offline' }>();
  let runs = 0;
  let together = 0;
  const job = async (): Promise<Outcome> => {
    runs += 1;
    together += 1;
    expect(together).toBe(1);
    await Promise.resolve();
    together -= 1;
    return ok(runs);
  };
  const answers = await Promise.all(Array.from({ length: 20 }, () => door.pass(job)));
  expect(answers).toEqual([ok(1), ...Array.from({ length: 19 }, () => ok(2))]);
  expect(await door.pass(job)).toEqual(ok(3));
});

test('[F90] a sync that was ended tells nobody, and none begins after closing', async () => {
  const door = new SyncDoor<number, { readonly type: 'Offline' }>();
  const heard: unknown[] = [];
  door.onDone((outcome) => heard.push(outcome));
  const untilEnded = (signal: AbortSignal): Promise<Outcome> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('the database is closed'));
      });
    });
  const ended = door.pass(untilEnded);
  const waiting = door.pass(untilEnded);
  door.close();
  expect(await ended).toEqual(OFF);
  expect(await waiting).toEqual(OFF);
  expect(await door.pass(untilEnded)).toEqual(OFF);
  expect(heard).toEqual([]);
});
