/** What tests of changed keys share: an account with some of everything, and what the service holds of it. */
import { inFile, type OldKeys, openedWith, type OnService } from '@mhb/device/testing';
import { accountIdOf, onService } from './service-tables.ts';
import { type Account, wordsAt, type World, type WorldDevice } from './world.ts';

export interface Shown {
  readonly recovery_phrase: string;
  readonly confirm_positions: readonly number[];
}

export const storedOf = async (world: World, account: Account): Promise<OnService> => {
  const id = [accountIdOf(account)];
  const [ring] = await onService<{ sealed: Buffer; recovery: Buffer }>(
    world,
    'select sealed, recovery from keyring where account_id = $1',
    id,
  );
  const rows = await onService<{ record_id: string; sealed: Buffer }>(
    world,
    'select record_id, sealed from record where account_id = $1',
    id,
  );
  return {
    keyring: ring?.sealed ?? Buffer.alloc(0),
    recovery: ring?.recovery ?? Buffer.alloc(0),
    records: rows.map(({ record_id, sealed }) => ({ id: record_id.replaceAll('-', ''), sealed })),
  };
};

export const generationOf = async (world: World, account: Account): Promise<number> => {
  const text = 'select generation from keyring where account_id = $1';
  const [row] = await onService<{ generation: string }>(world, text, [accountIdOf(account)]);
  return Number(row?.generation ?? 0);
};

/** What somebody has who took this device now. */
export const keysOf = async (
  world: World,
  account: Account,
  { device, phrase }: { readonly device: WorldDevice; readonly phrase: string },
): Promise<OldKeys> => {
  const secrets = device.secrets.read();
  if (!secrets.ok || secrets.value === undefined) throw new Error('the device has no secrets');
  return { secrets: secrets.value, keyring: (await storedOf(world, account)).keyring, phrase };
};

export const openedByOld = async (world: World, account: Account, old: OldKeys) =>
  openedWith(old, await storedOf(world, account));

export const NOTHING = { records: 0, keyring: false, recovery: false };

/** The address, with the key that a device has now: another device is given one like it. */
export const accountOf = (device: WorldDevice, { url }: Account): Account => {
  const secrets = device.secrets.read();
  return { url, api_key: secrets.ok ? (secrets.value?.api_key ?? '') : '' };
};

export interface Mood {
  readonly id: string;
  readonly notes: string | null;
}

/** Three living moods, a deleted one and an erased one, all on the service. */
export const withEntries = async (world: World) => {
  const account = await world.newAccount();
  const { device, phrase } = await world.firstDevice(account);
  const moods: Mood[] = [];
  for (let number = 1; number <= 5; number += 1) {
    moods.push(
      (await device.run('log_mood', { mood_rating: number, notes: `entry ${String(number)}` })) as Mood,
    );
  }
  await device.run('delete_mood_checkin', { id: moods[3]?.id });
  await device.run('delete_mood_checkin', { id: moods[4]?.id });
  await device.run('erase', { id: moods[4]?.id });
  await device.run('sync_now');
  return { account, device, phrase, moods };
};

export const confirmation = ({ recovery_phrase, confirm_positions }: Shown) => ({
  words: wordsAt(recovery_phrase, confirm_positions),
});

export const changeKeys = async (device: WorldDevice): Promise<string> => {
  const shown = (await device.run('change_keys')) as Shown;
  await device.run('confirm_recovery_phrase', confirmation(shown));
  return shown.recovery_phrase;
};

/** Breaks off at the n-th write to what a device remembers, as a crash would; mended before the next start. */
export const breakOffAtWrite = (path: string, count: number): void => {
  inFile(path, 'create table fuse (left integer)');
  inFile(path, `insert into fuse values (${String(count)})`);
  for (const [table, acts] of Object.entries({
    device_state: ['insert', 'delete'],
    record: ['update'],
    own_batch: ['insert'],
  })) {
    for (const act of acts) {
      inFile(
        path,
        `create trigger fuse_${table}_${act} before ${act} on ${table} begin
           select raise(abort, 'broken off') where (select left from fuse) <= 1;
           update fuse set left = left - 1;
         end`,
      );
    }
  }
};

export const mend = (path: string): void => {
  for (const { name } of inFile(path, `select name from sqlite_schema where name like 'fuse_%'`)) {
    inFile(path, `drop trigger ${String(name)}`);
  }
  inFile(path, 'drop table fuse');
};
