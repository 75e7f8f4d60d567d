/**
 * The service's database is put back to an older backup, again and again, while devices go on writing: each device that
 * had seen more notices (rule D6), what any device holds is back once each has synced, and nothing is lost.
 * Restores: MHB_RESTORES, 200 unless told.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backUp } from '../simulation/service-tables.ts';
import { openWorld, settle, type World, type WorldDevice } from '../simulation/world.ts';

const RESTORES = Number(process.env.MHB_RESTORES ?? '200');
/** Then another account begins, so that both young and old histories are put back. */
const RESTORES_PER_ACCOUNT = 20;
const DEVICES = 3;
const ACTS_MAX = 12;
const MINUTE_MS = 60_000;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const below = (count: number): number => Math.floor(Math.random() * count);

interface Life {
  readonly devices: readonly WorldDevice[];
  /** The last note that was saved for each entry, whatever became of it on the service. */
  readonly saved: Map<string, string>;
  /** Devices that were told by the service that its history is another one. */
  readonly told: Set<WorldDevice>;
  readonly backUp: () => Promise<() => Promise<void>>;
  /** Each puts the service back to when it was made. */
  readonly backups: (() => Promise<void>)[];
}

const beginLife = async (): Promise<Life> => {
  const account = await world.newAccount();
  const { device, phrase } = await world.firstDevice(account);
  const devices = [device];
  while (devices.length < DEVICES) devices.push(await world.joinedDevice(account, phrase));
  const told = new Set<WorldDevice>();
  for (const one of devices) {
    one.network.tamper = (_, answer) => {
      if (isOtherHistory(answer)) told.add(one);
      return answer;
    };
  }
  return { devices, saved: new Map(), told, backUp: () => backUp(world, account), backups: [] };
};

const OTHER_HISTORY: readonly unknown[] = ['epoch_changed', 'server_behind', 'history_diverged'];

const isOtherHistory = (answer: unknown): boolean => {
  const { error } = answer as { readonly error?: { readonly code?: string } };
  return OTHER_HISTORY.includes(error?.code);
};

let acts = 0;

/** A new entry, or an edit of any that this device knows. No two happen in the same minute, so the last one wins. */
const act = async ({ devices, saved }: Life, device: WorldDevice): Promise<void> => {
  acts += 1;
  for (const { clock } of devices) clock.nowMs += MINUTE_MS;
  const notes = `saved ${String(acts)}`;
  const known = (await device.run('get_mood_history')) as readonly { readonly id: string }[];
  const picked = known[below(known.length * 2)];
  const { id } = (
    picked === undefined
      ? await device.run('log_mood', { mood_rating: (acts % 7) + 1, notes })
      : await device.run('update_mood_checkin', { id: picked.id, notes })
  ) as { readonly id: string };
  saved.set(id, notes);
};

/** Some devices write, and some of them sync. Answers those that have seen something new of the service. */
const liveOn = async (life: Life): Promise<ReadonlySet<WorldDevice>> => {
  const synced = new Set<WorldDevice>();
  for (let number = below(ACTS_MAX); number >= 0; number -= 1) {
    const device = life.devices[below(DEVICES)];
    if (device === undefined) continue;
    await act(life, device);
    if (below(2) === 0) continue;
    await device.run('sync_now');
    synced.add(device);
  }
  return synced;
};

const expectWhole = async ({ devices, saved }: Life): Promise<void> => {
  for (const device of devices) {
    const history = (await device.run('get_mood_history')) as readonly { id: string; notes: string }[];
    expect(new Map(history.map(({ id, notes }) => [id, notes]))).toEqual(saved);
    expect(await device.run('verify_sync')).toMatchObject({ same: true, was_different: false, pending: 0 });
  }
};

/** Answers how many devices had to notice. */
const restoreOnce = async (life: Life): Promise<number> => {
  const { devices, backups } = life;
  // Half of the time one of long ago, which every device has seen more than.
  const old = below(2) === 0 ? backups[below(backups.length)] : undefined;
  const restore = await life.backUp();
  backups.push(restore);
  const [first] = devices;
  const seenMore = new Set([...(await liveOn(life)), ...(old === undefined ? [] : devices)]);
  if (first !== undefined) {
    await act(life, first);
    await first.run('sync_now');
    seenMore.add(first);
  }
  life.told.clear();
  await (old ?? restore)();
  // Those that had not seen more may go on with the restored history before the others find out.
  for (const device of devices) {
    if (seenMore.has(device) || below(2) === 0) continue;
    await act(life, device);
    await device.run('sync_now');
  }
  await settle(...devices, ...devices);
  for (const device of seenMore) expect(life.told.has(device)).toBe(true);
  await expectWhole(life);
  return seenMore.size;
};

test(`[D6] ${String(RESTORES)} restores from older backups are all noticed, and lose nothing`, async () => {
  let life = await beginLife();
  let noticed = 0;
  for (let restored = 0; restored < RESTORES; restored += 1) {
    if (restored % RESTORES_PER_ACCOUNT === 0 && restored > 0) life = await beginLife();
    if (restored % RESTORES_PER_ACCOUNT === 0) process.stdout.write(`${String(restored)} restores\n`);
    noticed += await restoreOnce(life);
  }
  process.stdout.write(
    `${String(RESTORES)} restores, noticed ${String(noticed)} times by devices that had seen more, ` +
      `${String(acts)} changes saved and none lost\n`,
  );
});
