/** Whatever a person does on three devices, in whatever order these sync: at rest all hold the same, and all of it. */
import { inFile } from '@mhb/device/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Act, anyAct, perform } from './person.ts';
import { openWorld, settle, turnSyncOn, type World, type WorldDevice } from './world.ts';

const DEVICES = 3;
const RUNS = Number(process.env.MHB_SIMULATION_RUNS ?? '12');

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Per record and group, the greatest stamp that any device ever wrote: what has to be there at rest. */
type Oracle = Map<string, string>;

const groupsOn = (device: WorldDevice): readonly (readonly [string, string])[] =>
  inFile(device.databasePath, 'select id, envelope from record').flatMap(({ id, envelope }) => {
    const { groups } = JSON.parse(String(envelope)) as { groups: Record<string, { stamp: string }> };
    return Object.entries(groups).map(([name, { stamp }]) => [`${String(id)} ${name}`, stamp] as const);
  });

const watch = (oracle: Oracle, device: WorldDevice): void => {
  for (const [group, stamp] of groupsOn(device)) {
    if (stamp > (oracle.get(group) ?? '')) oracle.set(group, stamp);
  }
};

/** A change that can be seen is on the service already or waits in the outbox (rule O1). */
const expectNothingForgotten = (device: WorldDevice): void => {
  const forgotten = inFile(
    device.databasePath,
    'select id from record where base = 0 and id not in (select record_id from outbox)',
  );
  expect(forgotten).toEqual([]);
};

const ROW_TABLES = [
  'mood_entry',
  'mood_entry_activity',
  'assessment',
  'activity_group',
  'activity',
  'activity_log',
  'activity_goal',
  'schedule',
  'preference',
];

const rowsOn = (device: WorldDevice): unknown =>
  ROW_TABLES.map((table) => inFile(device.databasePath, `select * from ${table} order by 1, 2`));

test('[M2] [O1] [E10] three devices that do anything in any order agree at rest, and nothing was lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyAct(DEVICES), { minLength: 10, maxLength: 60 }),
      async (story: readonly Act[]) => {
        const account = await world.newAccount();
        const first = await world.newDevice();
        const phrase = await turnSyncOn(first, account);
        const devices = [
          first,
          await world.joinedDevice(account, phrase),
          await world.joinedDevice(account, phrase),
        ];
        const oracle: Oracle = new Map();
        for (const act of story) {
          const device = devices[act.device] ?? first;
          await perform(device, act);
          watch(oracle, device);
          expectNothingForgotten(device);
        }
        await settle(...devices);
        for (const device of devices) {
          expect(device.exportJson()).toBe(first.exportJson());
          expect(rowsOn(device)).toEqual(rowsOn(first));
          expect(new Map(groupsOn(device))).toEqual(oracle);
          expect(await device.run('get_sync_status')).toMatchObject({
            pending: 0,
            quarantined: 0,
            entries_missing_since: null,
          });
          expect(await device.run('verify_sync')).toMatchObject({ same: true, was_different: false });
        }
      },
    ),
    { numRuns: RUNS },
  );
});
