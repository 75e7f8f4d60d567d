/** Whatever several devices do at once, and one of them with itself, all that was saved can still be found. */
import { openTestDevice, temporaryFolder } from '@mhb/device/testing';
import fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountWithMoods, openWorld, settle, type World, type WorldDevice } from './world.ts';

const RUNS = Number(process.env.MHB_SIMULATION_RUNS ?? '6');

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const act = fc.record({
  device: fc.nat({ max: 2 }),
  what: fc.constantFrom(
    'write' as const,
    'write' as const,
    'sync' as const,
    'sync and lose the answer' as const,
    'write while it is sent' as const,
    'set the clock' as const,
  ),
  hours: fc.constantFrom(0, 1, -1, 24, -24, 24 * 365),
});

const notesOn = async (device: WorldDevice): Promise<string> =>
  String(((await device.run('get_mood_history')) as readonly { readonly notes: string }[])[0]?.notes);

const lostOn = async (device: WorldDevice): Promise<readonly string[]> => {
  const { items } = (await device.run('list_merge_ledger')) as {
    readonly items: readonly { readonly lost: { readonly fields: { readonly notes?: string } } }[];
  };
  return items.flatMap(({ lost }) => lost.fields.notes ?? []);
};

test('[M4] a text is visible, or was replaced by who had seen it, or is in the ledger of some device', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 30 }), async (story) => {
      const account = await world.newAccount();
      const { device: a, phrase } = await world.firstDevice(account);
      const { id } = (await a.run('log_mood', { mood_rating: 4, notes: 'begin' })) as { readonly id: string };
      await a.run('sync_now');
      const devices = [
        a,
        await world.joinedDevice(account, phrase),
        await world.joinedDevice(account, phrase),
      ];
      const saved: string[] = [];
      const replaced = new Set<string>();
      const write = async (device: WorldDevice) => {
        device.clock.nowMs += 1_000;
        replaced.add(await notesOn(device));
        saved.push(`text ${String(saved.length)}`);
        await device.run('update_mood_checkin', { id, notes: saved.at(-1) });
      };
      for (const { device: index, what, hours } of story) {
        const device = devices[index] ?? a;
        if (what === 'write') await write(device);
        if (what === 'set the clock') device.clock.nowMs += hours * 3_600_000;
        if (what === 'sync') await device.run('sync_now');
        if (what === 'sync and lose the answer' || what === 'write while it is sent') {
          device.network.carry = async (request) => {
            if (request !== 'upload') return 'carry';
            if (what === 'write while it is sent') await write(device);
            return 'lose the answer';
          };
          await device.call('sync_now', {});
          device.network.carry = () => 'carry';
        }
      }
      await settle(...devices);
      const visible = await notesOn(a);
      const kept = (await Promise.all(devices.map(lostOn))).flat();
      for (const device of devices) expect(await notesOn(device)).toBe(visible);
      const lost = saved.filter((text) => text !== visible && !replaced.has(text) && !kept.includes(text));
      expect(lost).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('[O6] [F92] backups and entries while a sync runs lose nothing, and each backup is whole', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 40);
  const b = await world.newDevice({ backupFolder: temporaryFolder() });
  const began = b.run('enable_sync', { ...account, recovery_phrase: phrase });
  const files: string[] = [];
  for (let number = 1; number <= 10; number += 1) {
    await b.run('log_mood', { mood_rating: 3, notes: `meanwhile ${String(number)}` });
    files.push(((await b.run('back_up_now')) as { readonly file: string }).file);
    await nextTurn();
  }
  await began;
  await settle(b, a);
  expect(await b.run('get_mood_history', { limit: 100 })).toHaveLength(50);
  expect(a.exportJson()).toBe(b.exportJson());
  const fresh = await openTestDevice();
  for (const file of new Set(files)) await fresh.run('restore_backup', { file });
  const restored = (await fresh.run('get_mood_history', { limit: 100 })) as readonly {
    readonly notes: string;
  }[];
  expect(restored.filter(({ notes }) => notes.startsWith('meanwhile'))).toHaveLength(10);
  fresh.close();
});
