/**
 * kill -9 of the service at each statement that reaches Postgres in its main flows, before it arrives and after it was
 * done: what was answered is there, the history has no hole, and the device ends the flow with the next service.
 * MHB_STATEMENT_STRIDE 3 takes every third one.
 */
import { connectSyncApi } from '@mhb/device';
import { openTestDevice, type TestDevice } from '@mhb/device/testing';
import { expect, onTestFinished, test } from 'vitest';
import { makeCluster, startCluster } from '../apps/sync-service/src/database/cluster.testing.ts';
import { createAccountIn, dataFolder } from '../apps/sync-service/src/process.testing.ts';
import { type RunningService, startService } from '../simulation/programs.ts';
import { turnSyncOn } from '../simulation/world.ts';
import type { Side } from './cut-at-statement.ts';
import { openCounted } from './counted-postgres.ts';
import { expectWholeHistory } from './whole-history.ts';

const STRIDE = Number(process.env.MHB_STATEMENT_STRIDE ?? '1');
const sides: readonly Side[] = ['before', 'after'];

interface Scene {
  readonly a: TestDevice;
  readonly b: TestDevice;
  readonly cluster: { readonly url: string };
  /** Kills the service at this statement of what is done, and starts the next one; false where it came to its end before. */
  readonly cut: (at: readonly [number, Side], act: () => Promise<unknown>) => Promise<boolean>;
}

const newDevice = async (): Promise<TestDevice> => {
  const device = await openTestDevice({ connect: connectSyncApi, now: new Date().toISOString() });
  onTestFinished(device.close);
  return device;
};

const openScene = async (): Promise<Scene> => {
  const cluster = await startCluster(await makeCluster());
  const postgres = await openCounted(cluster.folder);
  const environment = { DATABASE_URL: postgres.url };
  const folder = dataFolder();
  let service: RunningService = await startService(folder, 0, environment);
  onTestFinished(async () => {
    await service.kill();
    await postgres.close();
  });
  const account = { url: service.url, api_key: (await createAccountIn(folder, environment)).api_key };
  const a = await newDevice();
  const joining = { ...account, recovery_phrase: await turnSyncOn(a, account) };
  const b = await newDevice();
  await b.run('enable_sync', joining);

  const cut: Scene['cut'] = async ([number, side], act) => {
    const { pid, url } = service;
    const kills: number[] = [];
    postgres.cutAt(number, side, () => {
      kills.push(pid);
      process.kill(pid, 'SIGKILL');
    });
    // Refused or not: that is judged by what is there afterwards.
    await act().catch(() => undefined);
    postgres.mend();
    if (kills.length === 0) return false;
    await service.kill();
    service = await startService(folder, Number(new URL(url).port), environment);
    return true;
  };
  return { a, b, cluster, cut };
};

interface Flow {
  /** Before each cut; answers what is done and what must be true once it was done again. */
  readonly next: (scene: Scene) => Promise<{
    readonly act: () => Promise<unknown>;
    readonly judge: () => Promise<void>;
  }>;
}

const moodsOf = async (device: TestDevice): Promise<number> =>
  ((await device.run('get_mood_history')) as readonly unknown[]).length;

const expectSame = async (a: TestDevice, b: TestDevice): Promise<void> => {
  for (const device of [a, b]) {
    expect(await device.run('get_sync_status')).toMatchObject({ phase: 'on', pending: 0, quarantined: 0 });
  }
  expect(b.exportJson()).toBe(a.exportJson());
};

const flows: Readonly<Record<string, Flow>> = {
  upload: {
    next: async ({ a, b }) => {
      await a.run('log_mood', { mood_rating: 3, notes: 'uploaded' });
      const expected = await moodsOf(a);
      return {
        act: () => a.run('sync_now'),
        judge: async () => {
          await b.run('sync_now');
          expect(await moodsOf(b)).toBe(expected);
          await expectSame(a, b);
        },
      };
    },
  },
  download: {
    next: async ({ a, b }) => {
      await a.run('log_mood', { mood_rating: 5, notes: 'downloaded' });
      await a.run('sync_now');
      return { act: () => b.run('sync_now'), judge: () => expectSame(a, b) };
    },
  },
  'revoking a device': {
    next: async ({ a, b }) => {
      const { pairing_link } = (await a.run('create_pairing_link')) as { readonly pairing_link: string };
      const lost = await newDevice();
      await lost.run('enable_sync', { pairing_link });
      const { id } = lost;
      return {
        act: async () => {
          const listed = (await a.run('list_devices')) as readonly { readonly device_id: string }[];
          if (listed.some(({ device_id }) => device_id === id))
            await a.run('revoke_device', { device_id: id });
        },
        judge: async () => {
          expect(await lost.refusal('sync_now')).toBe('Refused');
          for (const device of [a, b]) await device.run('sync_now');
          await expectSame(a, b);
        },
      };
    },
  },
};

test.each(Object.entries(flows))(
  '[O6] [D4] the service is killed at every statement of: %s',
  async (name, flow) => {
    const scene = await openScene();
    const counts: number[] = [];
    for (const side of sides) {
      let cuts = 0;
      for (let number = 1; ; number += STRIDE) {
        const { act, judge } = await flow.next(scene);
        const wasCut = await scene.cut([number, side], act);
        await act();
        await judge();
        await expectWholeHistory(scene.cluster.url);
        if (!wasCut) break;
        cuts += 1;
      }
      counts.push(cuts);
      expect(cuts * STRIDE).toBeGreaterThan(3);
    }
    process.stdout.write(
      `${name}: cut before ${String(counts[0])} statements and after ${String(counts[1])}\n`,
    );
  },
);
