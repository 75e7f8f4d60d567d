/**
 * Each of the six main flows is cut once at every statement of the service, before and after it, and at every write of
 * the device: done again, it ends as if nothing had happened. Enumerated until a flow comes through uncut.
 */
import { expect, test } from 'vitest';
import { makeCluster, startCluster } from '../apps/sync-service/src/database/cluster.testing.ts';
import { breakOffAtWrite, mend } from '../simulation/keys.ts';
import { openWorld, wordsAt, type World, type WorldDevice } from '../simulation/world.ts';
import { type CountedPostgres, openCounted, type Side } from './counted-postgres.ts';

interface Shown {
  readonly recovery_phrase: string;
  readonly confirm_positions: readonly number[];
}

interface Scene {
  readonly account: { readonly url: string; readonly api_key: string };
  /** The one that is cut. */
  device: WorldDevice;
  /** Another one of the account. */
  readonly other?: WorldDevice;
  phrase: string;
  shown?: Shown;
  link?: string;
}

interface Flow {
  readonly prepare: () => Promise<Scene>;
  /** What a person does; done again until it is answered. Throws where something was refused. */
  readonly act: (scene: Scene) => Promise<unknown>;
}

const ENTRIES = 4;
let world: World;
let postgres: CountedPostgres;

const write = async (device: WorldDevice): Promise<void> => {
  for (let number = 1; number <= ENTRIES; number += 1)
    await device.run('log_mood', { mood_rating: number, notes: `entry ${String(number)}` });
};

const alone = async (): Promise<Scene> => {
  const account = await world.newAccount();
  const { device, phrase } = await world.firstDevice(account);
  return { account, device, phrase };
};

const confirm = ({ device, shown }: Scene): Promise<unknown> =>
  device.run('confirm_recovery_phrase', {
    words: wordsAt(shown?.recovery_phrase ?? '', shown?.confirm_positions ?? []),
  });

const linkOf = async (device: WorldDevice): Promise<string> =>
  ((await device.run('create_pairing_link')) as { readonly link: string }).link;

const phaseOf = async (device: WorldDevice) =>
  (await device.run('get_sync_status')) as {
    readonly phase: string;
    readonly key_change: { readonly phase: string } | null;
  };

const flows: Readonly<Record<string, Flow>> = {
  enrol: {
    prepare: async () => {
      const scene = { account: await world.newAccount(), device: await world.newDevice(), phrase: '' };
      await write(scene.device);
      return scene;
    },
    act: async (scene) => {
      if ((await phaseOf(scene.device)).phase === 'on') return scene.device.run('sync_now');
      if (scene.shown === undefined || (await phaseOf(scene.device)).phase === 'off') {
        scene.shown = (await scene.device.run('enable_sync', scene.account)) as Shown;
        scene.phrase = scene.shown.recovery_phrase;
      }
      return confirm(scene);
    },
  },
  pair: {
    prepare: async () => {
      const { account, device: other, phrase } = await alone();
      await write(other);
      await other.run('sync_now');
      return { account, device: await world.newDevice(), other, phrase, link: await linkOf(other) };
    },
    act: async (scene) => {
      if ((await phaseOf(scene.device)).phase === 'on') return scene.device.run('sync_now');
      const answer = await scene.device.call('enable_sync', { pairing_link: scene.link });
      // A link holds once: where its answer was lost the person asks for another one.
      if ('error' in answer) {
        scene.link = await linkOf(scene.other!);
        throw new Error(answer.error.type);
      }
      return answer;
    },
  },
  upload: {
    prepare: async () => {
      const scene = await alone();
      await write(scene.device);
      return scene;
    },
    act: ({ device }) => device.run('sync_now'),
  },
  download: {
    prepare: async () => {
      const scene = await alone();
      const device = await world.joinedDevice(scene.account, scene.phrase);
      await write(scene.device);
      await scene.device.run('sync_now');
      return { ...scene, device, other: scene.device };
    },
    act: ({ device }) => device.run('sync_now'),
  },
  revoke: {
    prepare: async () => {
      const scene = await alone();
      await write(scene.device);
      await scene.device.run('sync_now');
      const other = await world.newDevice();
      await other.run('enable_sync', { pairing_link: await linkOf(scene.device) });
      await other.run('sync_now');
      return { ...scene, other };
    },
    act: async ({ device, other }) => {
      const listed = (await device.run('list_devices')) as readonly { device_id: string; is_this: boolean }[];
      const revoked = listed.find(({ is_this }) => !is_this);
      if (revoked !== undefined) await device.run('revoke_device', { device_id: revoked.device_id });
      expect(await other!.refusal('sync_now')).toBe('Refused');
    },
  },
  'change of keys': {
    prepare: async () => {
      const scene = await alone();
      await write(scene.device);
      await scene.device.run('sync_now');
      return scene;
    },
    act: async (scene) => {
      const { key_change } = await phaseOf(scene.device);
      if (
        scene.shown === undefined ||
        (key_change === null && scene.phrase !== scene.shown.recovery_phrase)
      ) {
        scene.shown = (await scene.device.run('change_keys')) as Shown;
        scene.phrase = scene.shown.recovery_phrase;
        await confirm(scene);
      } else if (key_change?.phase === 'waiting for the recovery phrase') await confirm(scene);
      await scene.device.run('sync_now');
      expect((await phaseOf(scene.device)).key_change).toBeNull();
    },
  },
};

const ATTEMPTS_MAX = 4;

/** Does it until it is answered. */
const finish = async (flow: Flow, scene: Scene): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await flow.act(scene);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS_MAX) throw error;
    }
  }
};

/** Everything that was entered is on the device, on the service, and on one that joins now. */
const expectWhole = async ({ account, device, phrase }: Scene): Promise<void> => {
  await device.run('sync_now');
  expect(await device.run('get_sync_status')).toMatchObject({ phase: 'on', pending: 0, quarantined: 0 });
  expect(await device.run('get_mood_history')).toHaveLength(ENTRIES);
  const secrets = device.secrets.read();
  const late = await world.newDevice();
  // A change of keys gives the device another one.
  const present = (secrets.ok ? secrets.value?.api_key : undefined) ?? account.api_key;
  await late.run('enable_sync', { url: account.url, api_key: present, recovery_phrase: phrase });
  expect(late.exportJson()).toBe(device.exportJson());
  late.close();
};

const cutService = async (flow: Flow, at: number, side: Side): Promise<boolean> => {
  const scene = await flow.prepare();
  postgres.breakAt(at, side);
  await flow.act(scene).catch(() => undefined);
  const wasCut = postgres.count() >= at;
  postgres.breakAt();
  await finish(flow, scene);
  await expectWhole(scene);
  return wasCut;
};

const cutDevice = async (flow: Flow, at: number): Promise<boolean> => {
  const scene = await flow.prepare();
  const path = scene.device.databasePath;
  breakOffAtWrite(path, at);
  let wasCut = false;
  await flow.act(scene).catch(() => {
    wasCut = true;
  });
  scene.device = await scene.device.restart(() => {
    mend(path);
  });
  await finish(flow, scene);
  await expectWhole(scene);
  return wasCut;
};

const countUntilUncut = async (cut: (at: number) => Promise<boolean>): Promise<number> => {
  for (let at = 1; ; at += 1) if (!(await cut(at))) return at - 1;
};

test.each(Object.entries(flows))(
  '[D4] [O6] %s goes on after a cut at every statement of the service and at every write of the device',
  async (name, flow) => {
    const cluster = await startCluster(await makeCluster());
    postgres = await openCounted(cluster.folder);
    world = await openWorld({ databaseUrl: postgres.url, requestsPerMinute: 0 });
    const before = await countUntilUncut((at) => cutService(flow, at, 'before'));
    const after = await countUntilUncut((at) => cutService(flow, at, 'after'));
    const writes = await countUntilUncut((at) => cutDevice(flow, at));
    process.stdout.write(
      `| ${name} | ${String(before)} statements, cut before | ${String(after)} cut after | ${String(writes)} writes of the device |\n`,
    );
    expect(before).toBeGreaterThan(2);
    expect(after).toBeGreaterThan(2);
    await world.close();
    await postgres.close();
  },
);
