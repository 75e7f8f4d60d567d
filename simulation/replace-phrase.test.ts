/** The recovery phrase is replaced; the devices of the account go on without noticing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confirmation, generationOf, type Shown, storedOf, withEntries } from './keys.ts';
import { accountIdOf, onService } from './service-tables.ts';
import { type Account, type Carriage, openWorld, settle, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const joinWith = async (account: Account, recovery_phrase: string): Promise<string> => {
  const device = await world.newDevice();
  const answer = await device.call('enable_sync', { ...account, recovery_phrase });
  device.close();
  return 'error' in answer ? answer.error.type : 'joined';
};

const replacePhrase = async (device: WorldDevice): Promise<string> => {
  const shown = (await device.run('replace_recovery_phrase')) as Shown;
  await device.run('confirm_recovery_phrase', confirmation(shown));
  return shown.recovery_phrase;
};

describe('[E5] a new recovery phrase', () => {
  test('[E5] opens the account once it was confirmed, and the old one no more; until then it is the other way', async () => {
    const { account, device, phrase } = await withEntries(world);
    const shown = (await device.run('replace_recovery_phrase')) as Shown;
    expect(shown.recovery_phrase.split(' ')).toHaveLength(12);
    await device.run('sync_now');
    expect(await joinWith(account, phrase)).toBe('joined');
    expect(await joinWith(account, shown.recovery_phrase)).toBe('WrongRecoveryPhrase');
    expect(await device.refusal('confirm_recovery_phrase', { words: {} })).toBe('WrongWords');
    await device.run('confirm_recovery_phrase', confirmation(shown));
    expect(await joinWith(account, phrase)).toBe('WrongRecoveryPhrase');
    expect(await joinWith(account, shown.recovery_phrase)).toBe('joined');
    expect(await device.run('get_sync_status')).toMatchObject({ key_change: null, phase: 'on' });
    expect(JSON.stringify(device.secrets.read())).not.toContain(shown.recovery_phrase);
    expect(await device.refusal('confirm_recovery_phrase', confirmation(shown))).toBe('NothingToConfirm');
  });

  test('[E4] [E5] is followed by the other devices, which sync on', async () => {
    const { account, device: a, phrase } = await withEntries(world);
    const b = await world.joinedDevice(account, phrase);
    await b.run('log_mood', { mood_rating: 2, notes: 'of b' });
    await replacePhrase(a);
    await settle(a, b);
    expect(b.exportJson()).toBe(a.exportJson());
    const second = await replacePhrase(b);
    expect(await generationOf(world, account)).toBe(3);
    expect(await joinWith(account, second)).toBe('joined');
  });

  test.each(['lose the request', 'lose the answer'] as const)(
    '[E5] is cut at every request and goes on after a restart: %s',
    async (how) => {
      let isCut = true;
      for (let at = 1; isCut; at += 1) {
        const { account, device, phrase } = await withEntries(world);
        const shown = (await device.run('replace_recovery_phrase')) as Shown;
        let requests = 0;
        device.network.carry = () => {
          requests += 1;
          return requests < at ? 'carry' : requests === at ? how : 'lose the request';
        };
        await device.call('confirm_recovery_phrase', confirmation(shown));
        isCut = requests >= at;
        const restarted = await device.restart();
        await restarted.run('sync_now');
        expect(await joinWith(account, shown.recovery_phrase)).toBe('joined');
        expect(await joinWith(account, phrase)).toBe('WrongRecoveryPhrase');
        expect(await generationOf(world, account)).toBe(2);
        expect(await restarted.run('get_sync_status')).toMatchObject({ key_change: null });
        restarted.close();
      }
    },
    120_000,
  );

  test('[E5] [F81] of two that are made at once the later holds, built on the other', async () => {
    const { account, device: a, phrase } = await withEntries(world);
    const b = await world.joinedDevice(account, phrase);
    const shownByA = (await a.run('replace_recovery_phrase')) as Shown;
    a.network.carry = async (request): Promise<Carriage> => {
      if (request === 'putKeyring') {
        a.network.carry = () => 'carry';
        await replacePhrase(b);
      }
      return 'carry';
    };
    await a.run('confirm_recovery_phrase', confirmation(shownByA));
    expect(await generationOf(world, account)).toBe(3);
    expect(await joinWith(account, shownByA.recovery_phrase)).toBe('joined');
    await settle(a, b);
    expect(b.exportJson()).toBe(a.exportJson());
  });

  test('[E5] is not stored where another device is always quicker, which is said', async () => {
    const { account, device: a, phrase } = await withEntries(world);
    const b = await world.joinedDevice(account, phrase);
    const shown = (await a.run('replace_recovery_phrase')) as Shown;
    a.network.carry = async (request): Promise<Carriage> => {
      if (request === 'putKeyring') await replacePhrase(b);
      return 'carry';
    };
    expect(await a.call('confirm_recovery_phrase', confirmation(shown))).toMatchObject({
      error: { code: 'keyring_conflict' },
    });
    a.network.carry = () => 'carry';
    await a.run('sync_now');
    expect(await joinWith(account, shown.recovery_phrase)).toBe('joined');
  });
});

describe('[E4] a keyring that is not to be believed', () => {
  /** What a service can make of it; each with what the device calls it. */
  const spoilt: readonly (readonly [string, string, string])[] = [
    ['missing', 'delete from keyring where account_id = $1', 'KeyringRolledBack'],
    [
      'of another master secret',
      `update keyring set sealed = other.sealed, generation = 9 from
      (select sealed from keyring where account_id = $2) other where account_id = $1`,
      'WrongKey',
    ],
    [
      'damaged',
      `update keyring set sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1), generation = 9
      where account_id = $1`,
      'CannotOpen',
    ],
    [
      'of a newer app',
      'update keyring set sealed = set_byte(sealed, 0, 9), generation = 9 where account_id = $1',
      'UnknownFormat',
    ],
  ];

  test.each(spoilt)(
    '[E4] [C08] [F79] %s: nothing is uploaded and nothing overwritten',
    async (_, text, type) => {
      const [{ account, device }, stranger] = [await withEntries(world), await withEntries(world)];
      const named = [accountIdOf(account), accountIdOf(stranger.account)];
      await onService(world, text, text.includes('$2') ? named : named.slice(0, 1));
      const before = await storedOf(world, account);
      await device.run('log_mood', { mood_rating: 3 });
      const sent: string[] = [];
      device.network.carry = (request) => {
        sent.push(request);
        return 'carry';
      };
      expect(await device.refusal('sync_now')).toBe(type);
      const shown = (await device.run('replace_recovery_phrase')) as Shown;
      const refused = await device.refusal('confirm_recovery_phrase', confirmation(shown));
      expect(refused).toBe(type === 'WrongKey' ? 'KeysChangedElsewhere' : type);
      await device.call('sync_now', {});
      expect(sent).not.toContain('upload');
      expect(sent).not.toContain('putKeyring');
      expect(await storedOf(world, account)).toEqual(before);
      expect(await device.run('get_mood_history')).toHaveLength(4);
    },
  );

  test('[E4] [C09] one that was replaced is refused, though this account made it', async () => {
    const { account, device } = await withEntries(world);
    const earlier = await storedOf(world, account);
    await replacePhrase(device);
    const values = [accountIdOf(account), Buffer.from(earlier.keyring)];
    await onService(world, 'update keyring set sealed = $2, generation = 1 where account_id = $1', values);
    await device.run('log_mood', { mood_rating: 3 });
    expect(await device.refusal('sync_now')).toBe('KeyringRolledBack');
    await onService(world, 'update keyring set generation = 7 where account_id = $1', values.slice(0, 1));
    expect(await device.refusal('sync_now')).toBe('KeyringRolledBack');
    expect(await storedOf(world, account)).toMatchObject({ records: { length: 5 } });
  });
});
