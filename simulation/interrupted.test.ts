/** Requests that are lost, answers that are lost, and edits made in between: nothing is lost and nothing is doubled. */
import { inFile } from '@mhb/device/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accountWithMoods,
  type Carriage,
  openWorld,
  turnSyncOn,
  type World,
  type WorldDevice,
} from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Mood {
  readonly id: string;
  readonly notes: string | null;
}

const logMoods = async (device: WorldDevice, count: number): Promise<void> => {
  for (let number = 1; number <= count; number += 1) {
    await device.run('log_mood', { mood_rating: (number % 7) + 1, notes: `entry ${String(number)}` });
  }
};

/** Does these things to the next requests and carries all that follow. */
const carryLater = (device: WorldDevice, fates: readonly Carriage[]): void => {
  const waiting = [...fates];
  device.network.carry = () => waiting.shift() ?? 'carry';
};

test('[D4] an upload whose answer is lost is sent again as it was, and counts once', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  await logMoods(a, 3);
  carryLater(a, ['carry', 'lose the answer']);
  expect(await a.refusal('sync_now')).toBe('Offline');
  expect(await a.run('get_sync_status')).toMatchObject({ pending: 3, last_failure: { code: 'Offline' } });
  expect(await a.run('sync_now')).toMatchObject({ uploaded: 3, merged: 0, pending: 0 });
  const b = await world.joinedDevice(account, phrase);
  expect(b.exportJson()).toBe(a.exportJson());
});

test('[D4] a batch is frozen before it is sent: after a restart the same one goes out', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  await logMoods(a, 2);
  carryLater(a, ['carry', 'lose the answer']);
  await a.refusal('sync_now');
  const restarted = await a.restart();
  await logMoods(restarted, 1);
  expect(await restarted.run('sync_now')).toMatchObject({ uploaded: 3, merged: 0, pending: 0 });
  const b = await world.joinedDevice(account, phrase);
  expect(b.exportJson()).toBe(restarted.exportJson());
});

test('[O2] an edit made while its record is being uploaded stays to be sent', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  const mood = (await a.run('log_mood', { mood_rating: 3, notes: 'before' })) as Mood;
  let edits = 0;
  a.network.carry = (request) => {
    if (request === 'upload' && edits < 2) {
      edits += 1;
      // A command is done before it answers, so the edit is on disk when the request leaves.
      void a.call('update_mood_checkin', { id: mood.id, notes: `during upload ${String(edits)}` });
    }
    return 'carry';
  };
  expect(await a.run('sync_now')).toMatchObject({ uploaded: 3, pending: 0 });
  const b = await world.joinedDevice(account, phrase);
  expect(await b.run('get_mood_history')).toMatchObject([{ notes: 'during upload 2' }]);
});

test('[O2] an edit made while its answer was lost is not taken for sent', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  const mood = (await a.run('log_mood', { mood_rating: 3, notes: 'before' })) as Mood;
  carryLater(a, ['carry', 'lose the answer']);
  await a.refusal('sync_now');
  await a.run('update_mood_checkin', { id: mood.id, notes: 'after' });
  expect(await a.run('sync_now')).toMatchObject({ uploaded: 2, pending: 0 });
  const b = await world.joinedDevice(account, phrase);
  expect(await b.run('get_mood_history')).toMatchObject([{ notes: 'after' }]);
});

test('[O11] a first sync that is cut anywhere goes on, and ends with everything once', async () => {
  const anyFates = fc.array(
    fc.constantFrom<Carriage>('carry', 'carry', 'lose the request', 'lose the answer'),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(anyFates, anyFates, async (fatesOfA, fatesOfB) => {
      const account = await world.newAccount();
      const [a, b] = [await world.newDevice(), await world.newDevice()];
      await logMoods(a, 5);
      await logMoods(b, 4);
      const phrase = await turnSyncOn(a, account);
      carryLater(a, fatesOfA);
      carryLater(b, fatesOfB);
      const joining = { ...account, recovery_phrase: phrase };
      for (let attempt = 0; 'error' in (await b.call('enable_sync', joining)); attempt += 1) {
        expect(attempt).toBeLessThan(10);
      }
      for (let round = 0; round < 10; round += 1) {
        await a.call('sync_now', {});
        await b.call('sync_now', {});
      }
      expect(await a.run('sync_now')).toMatchObject({ pending: 0, uploaded: 0 });
      expect(await b.run('sync_now')).toMatchObject({ pending: 0, uploaded: 0 });
      expect(a.exportJson()).toBe(b.exportJson());
      expect(await a.run('get_mood_history')).toHaveLength(9);
    }),
    { numRuns: 10 },
  );
});

test('[O4] a conflict met in the middle of an upload is merged and sent in the same sync', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  const mood = (await a.run('log_mood', { mood_rating: 3, notes: 'before' })) as Mood;
  await a.run('sync_now');
  const b = await world.joinedDevice(account, phrase);
  await a.run('update_mood_checkin', { id: mood.id, notes: 'words of a' });
  await b.run('update_mood_checkin', { id: mood.id, mood_rating: 7 });
  a.network.carry = async (request): Promise<Carriage> => {
    // After its download and before its upload, the other device is quicker.
    if (request === 'upload') {
      a.network.carry = () => 'carry';
      await b.run('sync_now');
    }
    return 'carry';
  };
  expect(await a.run('sync_now')).toMatchObject({ merged: 1, uploaded: 1, pending: 0 });
  await b.run('sync_now');
  expect(a.exportJson()).toBe(b.exportJson());
  expect(await b.run('get_mood_history')).toMatchObject([{ notes: 'words of a', mood_rating: 7 }]);
});

test('[O7] sync that was being turned off when the process ended is off at the next start, and can be turned on', async () => {
  const account = await world.newAccount();
  const { device, phrase } = await world.firstDevice(account);
  await logMoods(device, 1);
  await device.run('sync_now');
  // The keys are gone by then, and where sync stood is not.
  inFile(
    device.databasePath,
    `create trigger break_off before delete on device_state when old.name = 'sync'
     begin select raise(abort, 'broken off'); end`,
  );
  await expect(device.call('disable_sync', {})).rejects.toThrow('broken off');
  const restarted = await device.restart(() => inFile(device.databasePath, 'drop trigger break_off'));
  expect(await restarted.run('get_sync_status')).toMatchObject({ enabled: false, phase: 'off' });
  await restarted.run('enable_sync', { ...account, recovery_phrase: phrase });
  expect(await restarted.run('get_mood_history')).toHaveLength(1);
});

test('[O7] nothing of a page that is being opened comes in after sync was turned off', async () => {
  const { account, phrase } = await accountWithMoods(world, 60);
  const b = await world.newDevice();
  let turnedOff: Promise<unknown> | undefined;
  b.network.tamper = (request, answer) => {
    // Runs while the page that was just answered is opened.
    if (request === 'download')
      setImmediate(() => {
        turnedOff = b.run('disable_sync');
      });
    return answer;
  };
  await b.call('enable_sync', { ...account, recovery_phrase: phrase });
  await turnedOff;
  expect(await b.run('get_sync_status')).toMatchObject({ enabled: false });
  expect(await b.run('get_mood_history')).toEqual([]);
});
