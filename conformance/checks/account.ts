/** Keyring, devices, pairing, and the account as a whole (rules D8, E4, E6, E7, E10). */
import {
  AccountDeleted,
  AccountExportLine,
  DeviceList,
  DeviceRevoked,
  DeviceUpdated,
  KeyringAnswer,
  KeyringStored,
  limits,
  MAILBOX_TOKEN_HEADER,
  MailboxAnswer,
  MailboxStored,
} from '@mhb/core-domain/wire';
import { createHash, randomBytes } from 'node:crypto';
import { type Check, hold, holdEqual, holdRefused, read, Skipped } from '../check.ts';
import type { Answer, ServiceClient } from '../service-client.ts';
import {
  downloadAll,
  downloadPage,
  newChange,
  newDeviceId,
  newId,
  newKey,
  newSealed,
  revokeKey,
  sendBatch,
  store,
  upload,
  type Visit,
} from '../visit.ts';

const readKeyring = async (client: ServiceClient): Promise<KeyringAnswer> =>
  read(KeyringAnswer, await client.ask('GET', '/v1/keyring'), 'the keyring');

const tell = (client: ServiceClient, body: object): Promise<Answer> =>
  client.ask('PATCH', '/v1/devices', { body });

const newToken = () => {
  const token = randomBytes(32);
  return { token: token.toString('hex'), token_hash: createHash('sha256').update(token).digest('hex') };
};

const leave = async ({ client, accountId }: Pick<Visit, 'client' | 'accountId'>) => {
  const { token, token_hash } = newToken();
  const path = `/v1/pairing/${accountId}${newId()}`;
  const sealed = newSealed();
  const answer = await client.ask('PUT', path, { body: { token_hash, sealed } });
  const { expires_in_seconds } = read(MailboxStored, answer, 'a message for a mailbox');
  hold(expires_in_seconds <= limits.MAILBOX_SECONDS, 'a mailbox is open for longer than ten minutes');
  const take = (shown: string): Promise<Answer> =>
    client.as(undefined).ask('GET', path, { headers: { [MAILBOX_TOKEN_HEADER]: shown } });
  return { token, sealed, take };
};

export const accountChecks: readonly Check[] = [
  {
    rule: 'E4',
    promise: 'the keyring is replaced where the base is the present generation, and nowhere else',
    run: async ({ client }) => {
      const { generation } = await readKeyring(client);
      const body = { base_generation: generation, sealed: newSealed(), recovery: newSealed() };
      const answer = await client.ask('PUT', '/v1/keyring', { body });
      const stored = read(KeyringStored, answer, 'a keyring');
      hold(stored.generation === generation + 1, 'the generation is not the next one');
      const late = await client.ask('PUT', '/v1/keyring', { body: { ...body, sealed: newSealed() } });
      holdRefused(late, 409, 'keyring_conflict', 'a keyring on an earlier generation');
      const { sealed, recovery } = body;
      holdEqual(
        await readKeyring(client),
        { generation: generation + 1, sealed, recovery },
        'the keyring is another one than was stored',
      );
      const page = await downloadPage(client, null, { limit: 1 });
      hold(page.keyring_generation === generation + 1, 'a download tells another generation');
    },
  },
  {
    rule: 'E6',
    promise: 'a message in a mailbox is given once, to the right token',
    run: async (visit) => {
      const { token, sealed, take } = await leave(visit);
      const wrong = await take(newToken().token);
      holdRefused(wrong, 404, 'not_found', 'a wrong token');
      holdEqual(
        read(MailboxAnswer, await take(token), 'the token').sealed,
        sealed,
        'the message is another one',
      );
      const used = await take(token);
      const absent = await visit.client.as(undefined).ask('GET', `/v1/pairing/${visit.accountId}${newId()}`);
      holdEqual(
        [used.status, used.text, absent.status, absent.text],
        [404, wrong.text, 404, wrong.text],
        'taken, absent and wrong are answered in different ways',
      );
    },
  },
  {
    rule: 'E6',
    promise: 'after five wrong tokens a mailbox opens to nobody',
    run: async (visit) => {
      const { token, take } = await leave(visit);
      for (let tries = 0; tries < limits.MAILBOX_TRIES; tries += 1) await take(newToken().token);
      holdRefused(await take(token), 404, 'not_found', 'the sixth try');
    },
  },
  {
    rule: 'E6',
    promise: 'a mailbox is made under the own account only',
    run: async ({ client }) => {
      const body = { token_hash: newToken().token_hash, sealed: newSealed() };
      holdRefused(
        await client.ask('PUT', `/v1/pairing/${newId()}${newId()}`, { body }),
        404,
        'not_found',
        'a mailbox of another account',
      );
    },
  },
  {
    rule: 'E10',
    promise: 'a device that tells of itself is listed with its sealed name and manifest',
    run: async ({ client }) => {
      const key = await newKey(client);
      const [device_id, name, manifest] = [newDeviceId(), newSealed(), newSealed()];
      read(DeviceUpdated, await tell(key.client, { device_id, name, manifest }), 'a device');
      read(DeviceUpdated, await tell(key.client, { device_id }), 'a device that says nothing new');
      const { devices } = read(DeviceList, await key.client.ask('GET', '/v1/devices'), 'the list of devices');
      const { last_seen_on: _, ...listed } = devices.find((device) => device.device_id === device_id) ?? {
        last_seen_on: '',
      };
      const expected = { device_id, key_id: key.keyId, is_this: true, name, manifest };
      holdEqual(listed, expected, 'the device is listed in another way');
      const unknown = await tell(client, { device_id: newDeviceId(), named_device_id: newDeviceId(), name });
      holdRefused(unknown, 404, 'not_found', 'a name for a device that is not there');
      await revokeKey(client, key.keyId);
    },
  },
  {
    rule: 'E7',
    promise: 'a device that was revoked is out, with the keys it made and every open mailbox',
    run: async (visit) => {
      const { client } = visit;
      const key = await newKey(client);
      const device_id = newDeviceId();
      await tell(key.client, { device_id });
      const made = await newKey(key.client);
      const mailbox = await leave(visit);
      const answer = await client.ask('DELETE', '/v1/devices', { body: { device_id } });
      hold(
        read(DeviceRevoked, answer, 'a revocation').revoked_keys === 2,
        'another number of keys was revoked',
      );
      for (const one of [key, made]) {
        holdRefused(
          await sendBatch(one.client, [newChange()]),
          401,
          'unauthorized',
          'a key of a revoked device',
        );
      }
      holdRefused(await mailbox.take(mailbox.token), 404, 'not_found', 'a mailbox from before');
      const unknown = await client.ask('DELETE', '/v1/devices', { body: { device_id: newDeviceId() } });
      holdRefused(unknown, 404, 'not_found', 'a device that is not there');
    },
  },
  {
    rule: 'D8',
    promise: 'the export has every record as it is stored, and an end',
    run: async ({ client, accountId }) => {
      const answer = await client.ask('GET', '/v1/account');
      hold(answer.status === 200, `the export was answered with ${String(answer.status)}`);
      const lines = answer.text
        .trim()
        .split('\n')
        .map((line) => AccountExportLine.parse(JSON.parse(line)));
      const [first, ...others] = lines;
      hold(first?.line === 'account' && first.account_id === accountId, 'it does not begin with the account');
      const { records, head } = await downloadAll(client);
      const exported = others.flatMap(({ line, ...record }) => (line === 'record' ? [record] : []));
      holdEqual(exported, records, 'the export and a download are not the same');
      holdEqual(others.at(-1), { line: 'end', head, records: records.length }, 'the end is another one');
    },
  },
  {
    rule: 'D1',
    promise: 'two accounts with the same ids know nothing of each other',
    run: async ({ client, other }) => {
      if (other === undefined) return new Skipped('needs --other-api-key');
      const [id, batchId] = [newId(), newId()];
      const [mine, theirs] = [newChange({ id }), newChange({ id })];
      for (const [who, change] of [
        [client, mine],
        [other, theirs],
      ] as const) {
        const { applied } = await upload(who, [change], batchId);
        hold(applied.length === 1, 'a record or batch of another account is in the way');
      }
      for (const [who, { sealed }] of [
        [client, mine],
        [other, theirs],
      ] as const) {
        const found = (await downloadAll(who)).records.find((record) => record.id === id);
        hold(found?.sealed === sealed, 'an account was given what belongs to another');
      }
      return undefined;
    },
  },
  {
    rule: 'D8',
    promise: 'an account that is named wrongly is not deleted',
    run: async ({ client }) => {
      const body = { account_id: newId() };
      holdRefused(
        await client.ask('DELETE', '/v1/account', { body }),
        400,
        'invalid_request',
        'another account',
      );
      await store(client, 1);
    },
  },
];

/** The last that is asked with this key. */
export const deletionCheck: Check = {
  rule: 'D8',
  promise: 'an account that was deleted is gone at once, with its keys',
  run: async ({ client, accountId, mayDelete }) => {
    if (!mayDelete) return new Skipped('needs --delete-account');
    const body = { account_id: accountId };
    const { length } = (await downloadAll(client)).records;
    const answer = read(AccountDeleted, await client.ask('DELETE', '/v1/account', { body }), 'a deletion');
    hold(answer.deleted_records === length, 'another number of records was deleted');
    holdRefused(await client.ask('GET', '/v1/keyring'), 401, 'unauthorized', 'a key of a deleted account');
    return undefined;
  },
};
