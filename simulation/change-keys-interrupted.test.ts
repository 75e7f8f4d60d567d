/** A change of keys is cut at every request and at every write: it goes on, and ends as if nothing had happened. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accountOf,
  breakOffAtWrite,
  confirmation,
  generationOf,
  keysOf,
  mend,
  NOTHING,
  openedByOld,
  type Shown,
  withEntries,
} from './keys.ts';
import { type Carriage, openWorld, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const EACH_MS = 240_000;

/** Cuts the connection at one request, once, and for good with the restart. Answers how many were made. */
const cutAt = (device: WorldDevice, at: number, how: Carriage): (() => number) => {
  let requests = 0;
  device.network.carry = () => {
    requests += 1;
    if (requests < at) return 'carry';
    return requests === at ? how : 'lose the request';
  };
  return () => requests;
};

type Prepared = Awaited<ReturnType<typeof withEntries>>;

/** Starts again and syncs as often as it may take; then holds everything that a change of keys promises. */
const expectDone = async (
  { account, device, phrase }: Prepared,
  { shown, old, before }: { shown: Shown; old: Awaited<ReturnType<typeof keysOf>>; before: string },
): Promise<void> => {
  const restarted = await device.restart();
  const { key_change } = (await restarted.run('get_sync_status')) as { key_change: { phase: string } | null };
  if (key_change?.phase === 'waiting for the recovery phrase') {
    expect(await openedByOld(world, account, old)).toMatchObject({ records: 5, recovery: true });
    await restarted.run('confirm_recovery_phrase', confirmation(shown));
  }
  await restarted.run('sync_now');
  expect(await openedByOld(world, account, old)).toEqual(NOTHING);
  expect(await generationOf(world, account)).toBe(3);
  expect(await restarted.run('get_sync_status')).toMatchObject({
    key_change: null,
    pending: 0,
    quarantined: 0,
  });
  expect(restarted.exportJson()).toBe(before);
  expect(JSON.stringify(restarted.secrets.read())).not.toContain(old.secrets.master_secret);
  const joined = await world.joinedDevice(accountOf(restarted, account), shown.recovery_phrase);
  expect(joined.exportJson()).toBe(before);
  expect(phrase).not.toBe(shown.recovery_phrase);
  joined.close();
  restarted.close();
};

const prepare = async () => {
  const prepared = await withEntries(world);
  const old = await keysOf(world, prepared.account, prepared);
  const shown = (await prepared.device.run('change_keys')) as Shown;
  return { prepared, facts: { shown, old, before: prepared.device.exportJson() } };
};

test.each(['lose the request', 'lose the answer'] as const)(
  '[E7] [F80] at every request: %s',
  async (how) => {
    let isCut = true;
    for (let at = 1; isCut; at += 1) {
      const { prepared, facts } = await prepare();
      const requests = cutAt(prepared.device, at, how);
      await prepared.device.call('confirm_recovery_phrase', confirmation(facts.shown));
      isCut = requests() >= at;
      await expectDone(prepared, facts);
      // All of it: keys, keyring, exchange, the two walks and the retiring.
      if (!isCut) expect(at).toBeGreaterThan(10);
    }
  },
  EACH_MS,
);

test(
  '[E7] [F80] at every write to the disk',
  async () => {
    let isCut = true;
    for (let at = 1; isCut; at += 1) {
      const { prepared, facts } = await prepare();
      breakOffAtWrite(prepared.device.databasePath, at);
      isCut = await prepared.device.call('confirm_recovery_phrase', confirmation(facts.shown)).then(
        () => false,
        () => true,
      );
      mend(prepared.device.databasePath);
      await expectDone(prepared, facts);
      if (!isCut) expect(at).toBeGreaterThan(10);
    }
  },
  EACH_MS,
);

test(
  '[E7] [F80] where the keys on this device can’t be written, at every one of these writes',
  async () => {
    let isCut = true;
    for (let at = 1; isCut; at += 1) {
      const { prepared, facts } = await prepare();
      const { write } = prepared.device.secrets;
      let writes = 0;
      const store = prepared.device.secrets as { write: typeof write };
      store.write = (secrets) => {
        writes += 1;
        return writes < at ? write(secrets) : { ok: false, error: { type: 'SecretsNotWritten' } };
      };
      await prepared.device.call('confirm_recovery_phrase', confirmation(facts.shown));
      isCut = writes >= at;
      store.write = write;
      await expectDone(prepared, facts);
      if (!isCut) expect(at).toBeGreaterThan(3);
    }
  },
  EACH_MS,
);
