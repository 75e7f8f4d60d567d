/** Turning sync on and off: what is asked, what is refused, and what never happens without the person's keys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, openWorld, turnSyncOn, wordsAt, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Begun {
  readonly recovery_phrase: string;
  readonly confirm_positions: readonly number[];
}

const query = (text: string, account: Account): Promise<readonly unknown[]> =>
  world.service.database.transaction('read committed', (tx) =>
    tx.query(text, [account.api_key.slice(4, 36)]),
  );

const storedOf = async (account: Account): Promise<number> =>
  (await query('select 1 from keyring where account_id = $1', account)).length +
  (await query('select 1 from record where account_id = $1', account)).length;

describe('the first device', () => {
  test('[E5] is given twelve words and asked for two of them before anything leaves it', async () => {
    const account = await world.newAccount();
    const device = await world.newDevice();
    await device.run('log_mood', { mood_rating: 4 });
    const begun = (await device.run('enable_sync', account)) as Begun;
    expect(begun.recovery_phrase.split(' ')).toHaveLength(12);
    expect(new Set(begun.confirm_positions).size).toBe(2);
    expect(await device.refusal('sync_now')).toBe('RecoveryPhraseNotConfirmed');
    expect(await storedOf(account)).toBe(0);

    const words = wordsAt(begun.recovery_phrase, begun.confirm_positions);
    const swapped = Object.fromEntries(Object.keys(words).map((position) => [position, 'zebra']));
    expect(await device.refusal('confirm_recovery_phrase', { words: swapped })).toBe('WrongWords');
    expect(await device.refusal('confirm_recovery_phrase', { words: {} })).toBe('WrongWords');
    expect(await storedOf(account)).toBe(0);

    const started = await device.run('confirm_recovery_phrase', { words });
    expect(started).toMatchObject({ first_sync: { uploaded: 1, pending: 0 } });
    expect(await device.refusal('confirm_recovery_phrase', { words })).toBe('NothingToConfirm');
  });

  test('[E5] that was not confirmed can begin again, with another phrase', async () => {
    const account = await world.newAccount();
    const device = await world.newDevice();
    const first = (await device.run('enable_sync', account)) as Begun;
    const restarted = await device.restart();
    const second = (await restarted.run('enable_sync', account)) as Begun;
    expect(second.recovery_phrase).not.toBe(first.recovery_phrase);
    const words = wordsAt(second.recovery_phrase, second.confirm_positions);
    await restarted.run('confirm_recovery_phrase', { words });
    expect(await restarted.run('get_sync_status')).toMatchObject({ phase: 'on' });
  });

  test('[E5] confirms once more where the answer to its keys was lost', async () => {
    const account = await world.newAccount();
    const device = await world.newDevice();
    const { recovery_phrase, confirm_positions } = (await device.run('enable_sync', account)) as Begun;
    const words = wordsAt(recovery_phrase, confirm_positions);
    device.network.carry = (request) => (request === 'putKeyring' ? 'lose the answer' : 'carry');
    expect(await device.refusal('confirm_recovery_phrase', { words })).toBe('Offline');
    device.network.carry = () => 'carry';
    await device.run('confirm_recovery_phrase', { words });
    const joined = await world.joinedDevice(account, recovery_phrase);
    expect(await joined.run('get_sync_status')).toMatchObject({ phase: 'on' });
  });

  test('[E4] is told when another one was quicker; its entries are where they were', async () => {
    const account = await world.newAccount();
    const [slow, quick] = [await world.newDevice(), await world.newDevice()];
    await slow.run('log_mood', { mood_rating: 4 });
    const begun = (await slow.run('enable_sync', account)) as Begun;
    const phrase = await turnSyncOn(quick, account);
    const words = wordsAt(begun.recovery_phrase, begun.confirm_positions);
    expect(await slow.refusal('confirm_recovery_phrase', { words })).toBe('AccountTaken');
    await slow.run('enable_sync', { ...account, recovery_phrase: phrase });
    expect(await slow.run('get_mood_history')).toHaveLength(1);
  });
});

describe('a further device', () => {
  test('[E5] needs the phrase of the account, whole and without typing errors', async () => {
    const account = await world.newAccount();
    const { phrase } = await world.firstDevice(account);
    const other = (await world.firstDevice(await world.newAccount())).phrase;
    const device = await world.newDevice();
    await device.run('log_mood', { mood_rating: 4 });
    const before = device.exportJson();
    const join = (recovery_phrase: string) => device.refusal('enable_sync', { ...account, recovery_phrase });
    expect(await join(other)).toBe('WrongRecoveryPhrase');
    expect(await join(phrase.split(' ').toReversed().join(' '))).toMatch(/RecoveryPhrase$/);
    expect(await join(phrase.replace(/ \w+$/, ''))).toBe('InvalidRecoveryPhrase');
    expect(await join(phrase.replace(/\w+$/, 'xyzzy'))).toBe('InvalidRecoveryPhrase');
    expect(await device.refusal('enable_sync', account)).toBe('RecoveryPhraseRequired');
    expect(await device.run('get_sync_status')).toMatchObject({ phase: 'off', pending: 1 });
    expect(device.exportJson()).toBe(before);
    await device.run('enable_sync', { ...account, recovery_phrase: `  ${phrase.toUpperCase()} ` });
  });

  test('[E5] is told where the account was never set up', async () => {
    const device = await world.newDevice();
    const { phrase } = await world.firstDevice(await world.newAccount());
    const account = await world.newAccount();
    expect(await device.refusal('enable_sync', { ...account, recovery_phrase: phrase })).toBe(
      'AccountIsEmpty',
    );
  });
});

describe('what can not be used', () => {
  test('[O10] an address without encryption is for this computer only', async () => {
    const { api_key } = await world.newAccount();
    const device = await world.newDevice();
    const at = (url: string) => device.refusal('enable_sync', { url, api_key });
    expect(await at('http://sync.example.org')).toBe('InsecureUrl');
    expect(await at('http://192.168.1.10:8737')).toBe('InsecureUrl');
    expect(await at('http://127.0.0.1.example.org')).toBe('InsecureUrl');
    expect(await at('http://localhost.example.org')).toBe('InsecureUrl');
    for (const url of [
      'ftp://localhost',
      'sync.example.org',
      'https://user:word@example.org',
      'file:///etc',
    ]) {
      expect(await at(url)).toBe('InvalidUrl');
    }
  });

  test('[D9] an API key with a typing error is told apart from one that is not valid', async () => {
    const { url, api_key } = await world.newAccount();
    const device = await world.newDevice();
    const typo = api_key.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(await device.refusal('enable_sync', { url, api_key: typo })).toBe('InvalidApiKey');
    const unknown = 'mhb_' + '0'.repeat(48) + '_' + '0'.repeat(64);
    expect(await device.refusal('enable_sync', { url, api_key: unknown })).toBe('InvalidApiKey');
    await query('delete from api_key where account_id = $1', { url, api_key });
    expect(await device.call('enable_sync', { url, api_key })).toMatchObject({
      error: { type: 'Refused', code: 'unauthorized' },
    });
  });

  test('[O9] a service that is down is told, and remembered with its time', async () => {
    const { api_key } = await world.newAccount();
    const device = await world.newDevice();
    expect(await device.refusal('enable_sync', { url: 'http://127.0.0.1:9', api_key })).toBe('Offline');
    const { device: synced } = await world.firstDevice(await world.newAccount());
    await synced.run('log_mood', { mood_rating: 4 });
    synced.clock.nowMs += 60_000;
    synced.network.carry = () => 'lose the request';
    expect(await synced.refusal('sync_now')).toBe('Offline');
    expect(await synced.run('get_sync_status')).toMatchObject({
      phase: 'on',
      pending: 1,
      last_success_at: '2025-03-10T12:00:00.000Z',
      last_failure: { at: '2025-03-10T12:01:00.000Z', code: 'Offline' },
    });
    synced.network.carry = () => 'carry';
    await synced.run('sync_now');
    expect(await synced.run('get_sync_status')).toMatchObject({ pending: 0, last_failure: null });
  });
});

describe('[E3] without its keys', () => {
  test('[E3] a device does not sync and says so; everything else goes on', async () => {
    const { device } = await world.firstDevice(await world.newAccount());
    device.secrets.clear();
    await device.run('log_mood', { mood_rating: 4 });
    expect(await device.refusal('sync_now')).toBe('SecretsMissing');
    expect(await device.run('get_mood_history')).toHaveLength(1);
    expect(await device.run('get_sync_status')).toMatchObject({ last_failure: { code: 'SecretsMissing' } });
  });
});

describe('[E4] the keyring', () => {
  test('[E4] that is older than what this device has seen is refused', async () => {
    const account = await world.newAccount();
    const { device } = await world.firstDevice(account);
    await device.run('log_mood', { mood_rating: 4 });
    await query('delete from keyring where account_id = $1', account);
    expect(await device.refusal('sync_now')).toBe('KeyringRolledBack');
    expect(await query('select 1 from record where account_id = $1', account)).toEqual([]);
  });

  test('[E4] that somebody else made is refused, whatever its generation', async () => {
    const [account, stranger] = [await world.newAccount(), await world.newAccount()];
    const { device } = await world.firstDevice(account);
    await world.firstDevice(stranger);
    await query('delete from keyring where account_id = $1', account);
    await world.service.database.transaction('read committed', (tx) =>
      tx.query(`insert into keyring select $1, 2, sealed, recovery from keyring where account_id = $2`, [
        account.api_key.slice(4, 36),
        stranger.api_key.slice(4, 36),
      ]),
    );
    await device.run('log_mood', { mood_rating: 4 });
    expect(await device.refusal('sync_now')).toBe('WrongKey');
    expect(await query('select 1 from record where account_id = $1', account)).toEqual([]);
  });
});

describe('[O10] turning sync off', () => {
  test('[O10] keeps both sides, says so, and can be turned on again', async () => {
    const account = await world.newAccount();
    const { device, phrase } = await world.firstDevice(account);
    await device.run('log_mood', { mood_rating: 4 });
    await device.run('sync_now');
    expect(await device.run('disable_sync')).toEqual({ kept_on_this_device: 1, kept_on_the_service: true });
    expect(await device.refusal('sync_now')).toBe('SyncIsOff');
    expect(device.secrets.read()).toEqual({ ok: true, value: undefined });
    await device.run('log_mood', { mood_rating: 5 });
    const again = await device.run('enable_sync', { ...account, recovery_phrase: phrase });
    expect(again).toMatchObject({ first_sync: { uploaded: 1, downloaded: 0, pending: 0 } });
  });

  test('[O10] comes before another account', async () => {
    const { device } = await world.firstDevice(await world.newAccount());
    expect(await device.refusal('enable_sync', await world.newAccount())).toBe('SyncIsOn');
  });

  test('[O10] a device that moves to another account takes everything along', async () => {
    const { device } = await world.firstDevice(await world.newAccount());
    await device.run('log_mood', { mood_rating: 4 });
    await device.run('sync_now');
    await device.run('disable_sync');
    const account = await world.newAccount();
    const phrase = await turnSyncOn(device, account);
    const joined = await world.joinedDevice(account, phrase);
    expect(joined.exportJson()).toBe(device.exportJson());
  });
});
