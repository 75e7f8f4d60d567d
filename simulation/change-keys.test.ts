/** A device was lost or stolen: nothing on the service opens with what was on it, and nobody loses an entry. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inFile } from '@mhb/device/testing';
import {
  accountOf,
  changeKeys,
  confirmation,
  generationOf,
  keysOf,
  NOTHING,
  openedByOld,
  type Shown,
  withEntries,
} from './keys.ts';
import { accountIdOf, onService } from './service-tables.ts';
import { type Carriage, openWorld, settle, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('[E7] a change of keys', () => {
  test('[E7] [C21] seals everything anew: the old keys open nothing, and a new device reads all of it', async () => {
    const { account, device, phrase } = await withEntries(world);
    const old = await keysOf(world, account, { device, phrase });
    const before = device.exportJson();
    expect(await openedByOld(world, account, old)).toEqual({ records: 5, keyring: true, recovery: true });

    const shown = (await device.run('change_keys')) as Shown;
    const started = await device.run('confirm_recovery_phrase', confirmation(shown));
    expect(started).toMatchObject({ first_sync: { sealed_anew: 5, uploaded: 0, merged: 0, pending: 0 } });
    expect(await openedByOld(world, account, old)).toEqual(NOTHING);
    expect(await generationOf(world, account)).toBe(3);
    expect(await device.run('get_sync_status')).toMatchObject({ phase: 'on', key_change: null, pending: 0 });
    expect(await device.run('sync_now')).toMatchObject({ sealed_anew: 0, downloaded: 0, uploaded: 0 });
    expect(device.exportJson()).toBe(before);
    const kept = device.secrets.read();
    expect(JSON.stringify(kept)).not.toContain(old.secrets.master_secret);
    expect(JSON.stringify(kept)).not.toContain(shown.recovery_phrase);

    const joined = await world.joinedDevice(accountOf(device, account), shown.recovery_phrase);
    expect(joined.exportJson()).toBe(before);
  });

  test('[E7] changes nothing for anybody until two of the new words were given back', async () => {
    const { account, device, phrase } = await withEntries(world);
    const old = await keysOf(world, account, { device, phrase });
    const shown = (await device.run('change_keys')) as Shown;
    expect(await device.run('get_sync_status')).toMatchObject({
      key_change: { phase: 'waiting for the recovery phrase' },
    });
    const wrong = Object.fromEntries(shown.confirm_positions.map((position) => [String(position), 'zebra']));
    expect(await device.refusal('confirm_recovery_phrase', { words: wrong })).toBe('WrongWords');
    await device.run('log_mood', { mood_rating: 6 });
    const restarted = await device.restart();
    expect(await restarted.run('sync_now')).toMatchObject({ uploaded: 1, sealed_anew: 0 });
    expect(await generationOf(world, account)).toBe(1);
    expect(await openedByOld(world, account, old)).toMatchObject({ records: 6, recovery: true });
    const joined = await world.joinedDevice(account, phrase);
    expect(joined.exportJson()).toBe(restarted.exportJson());
    // Asked for once more, other words take the place of the ones that nobody confirmed.
    const again = (await restarted.run('change_keys')) as Shown;
    expect(again.recovery_phrase).not.toBe(shown.recovery_phrase);
    await restarted.run('confirm_recovery_phrase', confirmation(again));
    expect(await openedByOld(world, account, old)).toEqual(NOTHING);
  });

  test('[E7] shuts out every other device at once, and one with the same API key too', async () => {
    const { account, device, phrase } = await withEntries(world);
    const thief = await world.joinedDevice(account, phrase);
    await changeKeys(device);
    await thief.run('log_mood', { mood_rating: 1, notes: 'of a thief' });
    expect(await thief.call('sync_now', {})).toMatchObject({ error: { code: 'unauthorized' } });
    expect(await thief.call('change_keys', {})).toMatchObject({ error: { code: 'unauthorized' } });
    expect(await thief.run('get_sync_status')).toMatchObject({ last_failure: { code: 'unauthorized' } });
    const living = await onService(
      world,
      'select 1 from api_key where account_id = $1 and revoked_on is null',
      [accountIdOf(account)],
    );
    expect(living).toHaveLength(1);
    expect(await device.run('sync_now')).toMatchObject({ downloaded: 0 });
  });

  test('[E7] takes the keys of the other devices before anything else, so nothing comes under the old ones', async () => {
    const { account, device, phrase } = await withEntries(world);
    const other = await world.joinedDevice(account, phrase);
    const old = await keysOf(world, account, { device, phrase });
    await other.run('log_mood', { mood_rating: 2, notes: 'written offline' });
    const requests: string[] = [];
    const refused: unknown[] = [];
    device.network.carry = async (request): Promise<Carriage> => {
      requests.push(request);
      // The other device tries between any two requests.
      const answer = await other.call('sync_now', {});
      if ('error' in answer) refused.push(answer.error);
      return 'carry';
    };
    await changeKeys(device);
    expect(requests).toContain('revokeKey');
    expect(requests.indexOf('putKeyring')).toBeGreaterThan(requests.lastIndexOf('revokeKey'));
    expect(refused.length).toBeGreaterThan(0);
    expect(await openedByOld(world, account, old)).toEqual(NOTHING);
  });
});

test('[E7] the old keys leave only after a whole walk that met nothing of theirs', async () => {
  const { account, device, phrase } = await withEntries(world);
  const old = await keysOf(world, account, { device, phrase });
  const [first] = await onService<{ record_id: string; sealed: Buffer }>(
    world,
    'select record_id, sealed from record where account_id = $1 order by seq limit 1',
    [accountIdOf(account)],
  );
  const shown = (await device.run('change_keys')) as Shown;
  let isPutBack = false;
  let isSealedAnew = false;
  device.network.carry = async (request): Promise<Carriage> => {
    // After the walk that sealed it anew, the record is again as it was.
    if (isSealedAnew && !isPutBack) {
      const values = [accountIdOf(account), first?.record_id ?? '', first?.sealed ?? Buffer.alloc(0)];
      await onService(
        world,
        'update record set sealed = $3 where account_id = $1 and record_id = $2',
        values,
      );
      isPutBack = true;
    }
    isSealedAnew ||= request === 'upload';
    return 'carry';
  };
  const started = await device.run('confirm_recovery_phrase', confirmation(shown));
  expect(started).toMatchObject({ first_sync: { sealed_anew: 6 } });
  expect(isPutBack).toBe(true);
  expect(await openedByOld(world, account, old)).toEqual(NOTHING);
  expect(await generationOf(world, account)).toBe(3);
});

describe('[E7] the other devices', () => {
  test('[E7] join again with the new words and keep what was entered offline', async () => {
    const { account, device, phrase, moods } = await withEntries(world);
    const other = await world.joinedDevice(account, phrase);
    await other.run('log_mood', { mood_rating: 2, notes: 'entered offline' });
    await other.run('update_mood_checkin', { id: moods[0]?.id, notes: 'edited offline' });
    const newPhrase = await changeKeys(device);
    await device.run('update_mood_checkin', { id: moods[1]?.id, notes: 'edited after' });
    await device.run('sync_now');
    expect(await other.call('sync_now', {})).toMatchObject({ error: { code: 'unauthorized' } });
    const again = { ...accountOf(device, account), recovery_phrase: newPhrase };
    expect(await other.refusal('enable_sync', again)).toBe('SyncIsOn');
    await other.run('disable_sync');
    expect(await other.refusal('enable_sync', { ...again, recovery_phrase: phrase })).toBe(
      'WrongRecoveryPhrase',
    );
    expect(await other.run('get_sync_status')).toMatchObject({ pending: 2 });
    expect(await other.run('enable_sync', again)).toMatchObject({
      first_sync: { pending: 0, uploaded: 2 },
    });
    await settle(device, other);
    expect(other.exportJson()).toBe(device.exportJson());
    for (const notes of ['entered offline', 'edited offline', 'edited after']) {
      expect(device.exportJson()).toContain(notes);
    }
  });

  test('[E7] a batch that was frozen under the old keys is sent, and sealed anew', async () => {
    const { account, device, phrase } = await withEntries(world);
    const old = await keysOf(world, account, { device, phrase });
    await device.run('log_mood', { mood_rating: 6, notes: 'frozen' });
    device.network.carry = (request) => (request === 'upload' ? 'lose the request' : 'carry');
    expect(await device.refusal('sync_now')).toBe('Offline');
    device.network.carry = () => 'carry';
    await changeKeys(device);
    expect(await openedByOld(world, account, old)).toEqual(NOTHING);
    expect(await device.run('get_sync_status')).toMatchObject({ pending: 0, key_change: null });
  });

  test('[E7] one that has joined goes on with the sealing, where the first is gone', async () => {
    const { account, device, phrase } = await withEntries(world);
    const old = await keysOf(world, account, { device, phrase });
    const shown = (await device.run('change_keys')) as Shown;
    let isStored = false;
    device.network.carry = (request) => {
      if (isStored) return 'lose the request';
      isStored = request === 'putKeyring';
      return 'carry';
    };
    await device.run('confirm_recovery_phrase', confirmation(shown));
    expect(await device.run('get_sync_status')).toMatchObject({ key_change: { phase: 'sealing anew' } });
    const joined = await world.joinedDevice(accountOf(device, account), shown.recovery_phrase);
    expect(await openedByOld(world, account, old)).toEqual(NOTHING);
    expect(await generationOf(world, account)).toBe(3);
    device.network.carry = () => 'carry';
    expect(await device.run('sync_now')).toMatchObject({ sealed_anew: 0, pending: 0 });
    expect(await device.run('get_sync_status')).toMatchObject({ key_change: null });
    expect(joined.exportJson()).toBe(device.exportJson());
  });

  test('[E7] edits made while everything is sealed anew are merged and lost by nobody', async () => {
    const { account, device, phrase, moods } = await withEntries(world);
    const old = await keysOf(world, account, { device, phrase });
    const shown = (await device.run('change_keys')) as Shown;
    let isStored = false;
    device.network.carry = (request) => {
      if (isStored && request === 'upload') return 'lose the request';
      isStored ||= request === 'putKeyring';
      return 'carry';
    };
    await device.run('confirm_recovery_phrase', confirmation(shown));
    const quick = await world.newDevice();
    quick.network.carry = (request) => (request === 'upload' ? 'lose the request' : 'carry');
    await quick.run('enable_sync', { ...accountOf(device, account), recovery_phrase: shown.recovery_phrase });
    await quick.run('update_mood_checkin', { id: moods[0]?.id, notes: 'meanwhile' });
    await device.run('update_mood_checkin', { id: moods[1]?.id, notes: 'here' });
    let uploads = 0;
    quick.network.carry = () => 'carry';
    device.network.carry = async (request): Promise<Carriage> => {
      uploads += request === 'upload' ? 1 : 0;
      // Between the page that it walked through and what it sends, the other device is quicker.
      if (request === 'upload' && uploads === 2) await quick.run('sync_now');
      return 'carry';
    };
    await device.run('sync_now');
    await settle(device, quick);
    expect(await openedByOld(world, account, old)).toEqual(NOTHING);
    expect(quick.exportJson()).toBe(device.exportJson());
    expect(device.exportJson()).toContain('meanwhile');
    expect(quick.exportJson()).toContain('here');
    expect(await device.run('get_sync_status')).toMatchObject({ key_change: null, pending: 0 });
  });
});

test('[E7] [F81] of two devices that change the keys at once one does, and the other joins again', async () => {
  for (let turns = 0; turns < 4; turns += 1) {
    const { account, device: a, phrase } = await withEntries(world);
    const b = await world.joinedDevice(account, phrase);
    await a.run('log_mood', { mood_rating: 6, notes: 'of a' });
    await b.run('log_mood', { mood_rating: 7, notes: 'of b' });
    const shownBy = new Map<typeof a, Shown>();
    for (const device of [a, b]) shownBy.set(device, (await device.run('change_keys')) as Shown);
    // One of them is this many requests ahead.
    let ahead = 0;
    b.network.carry = async (): Promise<Carriage> => {
      if (ahead === turns) await confirm(a);
      ahead += 1;
      return 'carry';
    };
    const outcomes = new Map<typeof a, unknown>();
    const confirm = async (device: typeof a) => {
      if (outcomes.has(device)) return;
      outcomes.set(device, 'asked');
      const shown = shownBy.get(device);
      if (shown !== undefined)
        outcomes.set(device, await device.call('confirm_recovery_phrase', confirmation(shown)));
    };
    await confirm(b);
    const winners = [a, b].filter((device) => 'value' in (outcomes.get(device) as object));
    expect(winners).toHaveLength(1);
    const winner = winners[0] ?? a;
    const loser = winner === a ? b : a;
    expect(await loser.call('sync_now', {})).toMatchObject({ error: { code: 'unauthorized' } });
    await loser.run('disable_sync');
    await loser.run('enable_sync', {
      ...accountOf(winner, account),
      recovery_phrase: shownBy.get(winner)?.recovery_phrase,
    });
    await settle(winner, loser);
    expect(loser.exportJson()).toBe(winner.exportJson());
    for (const notes of ['of a', 'of b']) expect(winner.exportJson()).toContain(notes);
  }
});

test('[E7] an account of many pages is sealed anew page by page, and goes on where it was cut', async () => {
  const account = await world.newAccount();
  const { device, phrase } = await world.firstDevice(account);
  await device.run('import_original', { file: 'fixtures/original-app.db' });
  await device.run('sync_now');
  const old = await keysOf(world, account, { device, phrase });
  const { records: count } = await openedByOld(world, account, old);
  expect(count).toBeGreaterThan(1_000);
  const shown = (await device.run('change_keys')) as Shown;
  let uploads = 0;
  device.network.carry = (request) => {
    uploads += request === 'upload' ? 1 : 0;
    return uploads > 2 ? 'lose the request' : 'carry';
  };
  const started = await device.run('confirm_recovery_phrase', confirmation(shown));
  expect(started).toMatchObject({ first_sync: null, first_sync_failure: 'Offline' });
  const { key_change } = (await device.run('get_sync_status')) as { key_change: { sealed_anew: number } };
  expect(key_change).toMatchObject({ phase: 'sealing anew' });
  expect(key_change.sealed_anew).toBe(1_000);
  const restarted = await device.restart();
  expect(await restarted.run('sync_now')).toMatchObject({ sealed_anew: count - key_change.sealed_anew });
  expect(await openedByOld(world, account, old)).toEqual(NOTHING);
  expect(await restarted.run('sync_now')).toMatchObject({ downloaded: 0, uploaded: 0, pending: 0 });
  const joined = await world.joinedDevice(accountOf(restarted, account), shown.recovery_phrase);
  expect(joined.exportJson()).toBe(restarted.exportJson());
}, 120_000);

test('[E7] [O5] what can’t be used here is sealed anew too, and what nobody can open stays as it is', async () => {
  const { account, device, phrase, moods } = await withEntries(world);
  const b = await world.joinedDevice(account, phrase);
  inFile(
    device.databasePath,
    `update record set envelope = replace(envelope, '"schema":1', '"schema":2') where id = '${moods[0]?.id ?? ''}'`,
  );
  inFile(
    device.databasePath,
    `insert into outbox (record_id, change) values ('${moods[0]?.id ?? ''}', 1000000)`,
  );
  await device.run('sync_now');
  await onService(
    world,
    'update record set sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1) where account_id = $1 and seq = 2',
    [accountIdOf(account)],
  );
  const old = await keysOf(world, account, { device, phrase });
  expect(await b.run('sync_now')).toMatchObject({ quarantined: 1 });
  const newPhrase = await changeKeys(b);
  expect(await openedByOld(world, account, old)).toEqual(NOTHING);
  expect(await b.run('get_sync_status')).toMatchObject({ quarantined: 1, key_change: null });
  expect(await b.run('sync_now')).toMatchObject({ downloaded: 0, quarantined: 1 });
  const joined = await world.joinedDevice(accountOf(b, account), newPhrase);
  expect(await joined.run('get_sync_status')).toMatchObject({ quarantined: 2 });
});
