/** One device lets another in with a link: once, within ten minutes, and never with anything that others put there. */
import { formatApiKey, KeyId, limits, parseApiKey } from '@mhb/core-domain/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, openWorld, settle, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const accountIdOf = ({ api_key }: Account): string => parseApiKey(api_key)?.accountId ?? '';

const query = (text: string, values: readonly string[]): Promise<readonly Record<string, string>[]> =>
  world.service.database.transaction('read committed', (tx) => tx.query(text, values));

const linkOf = async (device: WorldDevice): Promise<string> =>
  ((await device.run('create_pairing_link')) as { readonly pairing_link: string }).pairing_link;

/** A device with sync on and one entry there. */
const started = async () => {
  const account = await world.newAccount();
  const { device: a } = await world.firstDevice(account);
  await a.run('log_mood', { mood_rating: 4, notes: 'from a' });
  await a.run('sync_now');
  return { account, accountId: accountIdOf(account), a };
};

/** A device that has something to give away. */
const stranger = async (): Promise<WorldDevice> => {
  const b = await world.newDevice();
  await b.run('log_mood', { mood_rating: 2, notes: 'from b' });
  return b;
};

/** That nothing was stored there or here: whoever is refused is as they were. */
const expectNothingHappened = async (accountId: string, b: WorldDevice) => {
  expect(await query('select 1 from record where account_id = $1', [accountId])).toHaveLength(1);
  expect(await b.run('get_sync_status')).toMatchObject({ phase: 'off', pending: 1 });
  expect(b.secrets.read()).toEqual({ ok: true, value: undefined });
  expect(await b.run('get_mood_history')).toHaveLength(1);
};

test('[E6] a device joins with the link alone, and both hold the same', async () => {
  const { account, a } = await started();
  const b = await stranger();
  const made = (await a.run('create_pairing_link')) as { pairing_link: string; expires_at: string };
  expect(made.pairing_link.startsWith(`${account.url}/pair#${accountIdOf(account)}`)).toBe(true);
  expect(Date.parse(made.expires_at) - a.clock.nowMs).toBe(limits.MAILBOX_SECONDS * 1_000);

  const { pairing_link } = made;
  expect(await b.run('enable_sync', { pairing_link })).toMatchObject({
    first_sync: { uploaded: 1, downloaded: 1, pending: 0 },
  });
  await settle(a, b);
  expect(b.exportJson()).toBe(a.exportJson());
  expect(await a.run('get_mood_history')).toHaveLength(2);
  const [ofA, ofB] = [a, b].map(({ secrets }) => secrets.read());
  expect(ofB).toMatchObject({ ok: true, value: { account_id: accountIdOf(account) } });
  expect(JSON.stringify(ofB)).not.toBe(JSON.stringify(ofA));
  const labels = await query('select label from api_key where account_id = $1', [accountIdOf(account)]);
  expect(labels.map(({ label }) => label).toSorted()).toEqual(['first device', 'paired device']);
});

test('[E6] the device that was let in can let in the next one', async () => {
  const { a } = await started();
  const [b, c] = [await world.newDevice(), await world.newDevice()];
  await b.run('enable_sync', { pairing_link: await linkOf(a) });
  await c.run('enable_sync', { pairing_link: await linkOf(b) });
  expect(c.exportJson()).toBe(a.exportJson());
});

test('[E6] a link works once', async () => {
  const { a } = await started();
  const [b, c] = [await world.newDevice(), await world.newDevice()];
  const pairing_link = await linkOf(a);
  await b.run('enable_sync', { pairing_link });
  expect(await c.refusal('enable_sync', { pairing_link })).toBe('PairingLinkUsedUp');
  expect(await b.refusal('enable_sync', { pairing_link })).toBe('SyncIsOn');
});

test('[E6] of two devices that use one link at once one gets in', async () => {
  const { a } = await started();
  const devices = [await world.newDevice(), await world.newDevice()];
  const pairing_link = await linkOf(a);
  const answers = await Promise.all(devices.map((device) => device.call('enable_sync', { pairing_link })));
  expect(answers.map((answer) => ('error' in answer ? answer.error.type : 'in')).toSorted()).toEqual([
    'PairingLinkUsedUp',
    'in',
  ]);
});

test('[E6] a link works for ten minutes', async () => {
  const { accountId, a } = await started();
  const b = await stranger();
  const pairing_link = await linkOf(a);
  await query("update mailbox set expires_at = now() - interval '1 second' where account_id = $1", [
    accountId,
  ]);
  expect(await b.refusal('enable_sync', { pairing_link })).toBe('PairingLinkUsedUp');
  await expectNothingHappened(accountId, b);
});

test('[E6] whoever guesses has five tries, and then the link is of no use to anybody', async () => {
  const { accountId, a } = await started();
  const b = await stranger();
  const pairing_link = await linkOf(a);
  const guess = pairing_link.replace(/.{32}$/, '0'.repeat(32));
  for (let attempt = 0; attempt < limits.MAILBOX_TRIES; attempt += 1) {
    expect(await b.refusal('enable_sync', { pairing_link: guess })).toBe('PairingLinkUsedUp');
  }
  expect(await b.refusal('enable_sync', { pairing_link })).toBe('PairingLinkUsedUp');
  await expectNothingHappened(accountId, b);
});

test('[E6] where the answer is lost the link is used up, and a new one works', async () => {
  const { accountId, a } = await started();
  const b = await stranger();
  const pairing_link = await linkOf(a);
  b.network.carry = (request) => (request === 'openMailbox' ? 'lose the answer' : 'carry');
  expect(await b.refusal('enable_sync', { pairing_link })).toBe('Offline');
  b.network.carry = () => 'carry';
  expect(await b.refusal('enable_sync', { pairing_link })).toBe('PairingLinkUsedUp');
  await expectNothingHappened(accountId, b);
  await b.run('enable_sync', { pairing_link: await linkOf(a) });
});

test('[E6] where no message could be left the key that was made for it is taken back', async () => {
  const { accountId, a } = await started();
  a.network.carry = (request) => (request === 'putMailbox' ? 'lose the request' : 'carry');
  expect(await a.refusal('create_pairing_link')).toBe('Offline');
  const living = 'select 1 from api_key where account_id = $1 and revoked_on is null';
  expect(await query(living, [accountId])).toHaveLength(1);
});

test('[E6] keys of links that nobody used on the day they were made are taken back with the next link', async () => {
  const { accountId, a } = await started();
  const b = await world.newDevice();
  await b.run('enable_sync', { pairing_link: await linkOf(a) });
  await linkOf(a);
  const living = async () =>
    (await query('select 1 from api_key where account_id = $1 and revoked_on is null', [accountId])).length;
  expect(await living()).toBe(3);
  await query('update api_key set created_on = created_on - 1 where account_id = $1', [accountId]);
  await linkOf(a);
  expect(await living()).toBe(3);
  await b.run('sync_now');
});

/** What a hostile service could give instead of the message, from all that it holds. */
const replacements: readonly { readonly what: string; readonly sealed: string }[] = [
  { what: 'the keyring', sealed: 'select sealed from keyring where account_id = $1' },
  { what: 'the wrapped master secret', sealed: 'select recovery from keyring where account_id = $1' },
  { what: 'a record', sealed: 'select sealed from record where account_id = $1 limit 1' },
  {
    what: 'the message of an earlier link',
    sealed: 'select sealed from mailbox where account_id = $1 order by expires_at limit 1',
  },
  { what: 'zeros', sealed: "select decode(repeat('00', 600), 'hex') from account where account_id = $1" },
];

test.each(replacements)(
  '[E6] [F83] where the service gives $what for the message, nothing is sent and nothing kept',
  async ({ sealed }) => {
    const { accountId, a } = await started();
    const b = await stranger();
    await linkOf(a);
    const pairing_link = await linkOf(a);
    const [, mailbox = ''] = /#.{32}(.{32})\./.exec(pairing_link) ?? [];
    await query(`update mailbox set sealed = (${sealed}) where account_id = $1 and mailbox_id = $2`, [
      accountId,
      mailbox,
    ]);
    const requests: string[] = [];
    b.network.carry = (request) => {
      requests.push(request);
      return 'carry';
    };
    expect(await b.refusal('enable_sync', { pairing_link })).toMatch(
      /^(?:PairingMessageWrong|UnknownFormat)$/,
    );
    expect(requests).toEqual(['openMailbox']);
    await expectNothingHappened(accountId, b);
  },
);

test('[E4] [E6] a service that gives the new device older keys than the link speaks of is refused', async () => {
  const { accountId, a } = await started();
  const b = await stranger();
  const pairing_link = await linkOf(a);
  await query('delete from keyring where account_id = $1', [accountId]);
  expect(await b.refusal('enable_sync', { pairing_link })).toBe('KeyringRolledBack');
  await expectNothingHappened(accountId, b);
});

test('[E4] [E6] a keyring that somebody else made does not let the new device in', async () => {
  const [{ accountId, a }, other] = [await started(), await started()];
  const b = await stranger();
  const pairing_link = await linkOf(a);
  await query(
    'update keyring set sealed = (select sealed from keyring where account_id = $2) where account_id = $1',
    [accountId, other.accountId],
  );
  expect(await b.refusal('enable_sync', { pairing_link })).toBe('WrongKey');
  await expectNothingHappened(accountId, b);
});

test('[E6] a service that holds an older state than the other device has seen is noticed', async () => {
  const { accountId, a } = await started();
  const b = await stranger();
  const pairing_link = await linkOf(a);
  // As after an old backup was put back.
  await query("update account set head = 0, chain = decode(repeat('00', 32), 'hex') where account_id = $1", [
    accountId,
  ]);
  await query('delete from batch where account_id = $1', [accountId]);
  expect(await b.refusal('enable_sync', { pairing_link })).toBe('ServiceIsBehind');
  await expectNothingHappened(accountId, b);
});

test('[E6] a link is made where sync is on, and nowhere else', async () => {
  const account = await world.newAccount();
  const device = await world.newDevice();
  expect(await device.refusal('create_pairing_link')).toBe('SyncIsOff');
  await device.run('enable_sync', account);
  expect(await device.refusal('create_pairing_link')).toBe('RecoveryPhraseNotConfirmed');
});

test('[E6] a text that is no link, and one without encryption, are refused before anything is asked', async () => {
  const { a } = await started();
  const b = await world.newDevice();
  const link = await linkOf(a);
  b.network.carry = () => {
    throw new Error('nothing may be asked');
  };
  expect(await b.refusal('enable_sync', { pairing_link: link.slice(0, -1) })).toBe('InvalidPairingLink');
  const plain = link.replace(/^[^#]+/, 'http://sync.example.org/pair');
  expect(await b.refusal('enable_sync', { pairing_link: plain })).toBe('InsecureUrl');
  const both = {
    pairing_link: link,
    api_key: formatApiKey({ keyId: KeyId.parse('0'.repeat(48)), secret: '' }),
  };
  expect(await b.call('enable_sync', both)).toMatchObject({ error: { fields: ['api_key'] } });
});

test('[E6] nothing of the link’s secret, the key or the master secret is in the database', async () => {
  const { accountId, a } = await started();
  const link = await linkOf(a);
  const [row] = await query('select mailbox::text as row from mailbox where account_id = $1', [accountId]);
  const secrets = a.secrets.read();
  const kept = secrets.ok ? secrets.value : undefined;
  expect(row?.row).toContain(accountId.slice(0, 8));
  for (const secret of [link.slice(-32), kept?.master_secret, kept?.api_key]) {
    expect(secret).toBeTypeOf('string');
    expect(row?.row).not.toContain(secret);
  }
});
