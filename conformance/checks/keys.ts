/** API keys: who is let in, and what somebody learns who is not (rule D9). */
import { ApiKeyList, formatApiKey, KeyId, type Scope } from '@mhb/core-domain/wire';
import { randomBytes } from 'node:crypto';
import { type Check, hold, holdEqual, holdRefused, read } from '../check.ts';
import type { ServiceClient } from '../service-client.ts';
import { headOf, newChange, newKey, revokeKey, sendBatch, type Visit } from '../visit.ts';

const keyOf = (keyId: string): string =>
  formatApiKey({ keyId: KeyId.parse(keyId), secret: randomBytes(32).toString('hex') });

const KEYRING = '/v1/keyring';
const KEYS = '/v1/auth/api-keys';

/** All that somebody sees who is not let in. */
const refusalOf = async (client: ServiceClient, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await client.ask('GET', KEYRING, { headers });
  holdRefused(answer, 401, 'unauthorized', 'a request without a right key');
  return {
    text: answer.text,
    type: answer.headers.get('content-type'),
    challenge: answer.headers.get('www-authenticate'),
  };
};

const wrongKeysOf = async ({ client, accountId }: Visit) => {
  const nobody = client.as(undefined);
  const revoked = await newKey(client);
  await revokeKey(client, revoked.keyId);
  return {
    'a key of no account': await refusalOf(client.as(keyOf(randomBytes(24).toString('hex')))),
    'an unknown key of the account': await refusalOf(
      client.as(keyOf(accountId + randomBytes(8).toString('hex'))),
    ),
    'a right id with a wrong secret': await refusalOf(client.as(keyOf((await newKey(client)).keyId))),
    'a revoked key': await refusalOf(revoked.client),
    'a mistyped key': await refusalOf(client.as(`${keyOf(accountId + '0'.repeat(16)).slice(0, -1)}x`)),
    'another scheme': await refusalOf(nobody, { authorization: 'Basic bWhi' }),
    'nothing behind the scheme': await refusalOf(nobody, { authorization: 'Bearer' }),
  };
};

const SCOPED: readonly (readonly [scope: Scope, method: string, path: string, body?: unknown])[] = [
  ['account', 'GET', KEYS],
  ['account', 'GET', '/v1/account'],
  ['sync', 'GET', KEYRING],
  ['sync', 'GET', '/v1/devices'],
  ['sync', 'GET', '/v1/sync/limits'],
  ['sync', 'POST', '/v1/sync/download', { device_id: '0'.repeat(16), since: null, limit: 1 }],
  ['sync', 'POST', '/v1/sync/digest', { device_id: '0'.repeat(16) }],
];

export const keyChecks: readonly Check[] = [
  {
    rule: 'D9',
    promise: 'whatever is wrong with a key, the answer is the same byte for byte',
    run: async (visit) => {
      const missing = await refusalOf(visit.client.as(undefined));
      hold(missing.challenge === 'Bearer', 'a 401 does not say how to authenticate');
      for (const [what, refusal] of Object.entries(await wrongKeysOf(visit))) {
        holdEqual(refusal, missing, `${what} is answered in another way than a missing one`);
      }
    },
  },
  {
    rule: 'D9',
    promise: 'a key that was made works, and the list has its label and never its secret',
    run: async ({ client }) => {
      const made = await newKey(client);
      const answer = await made.client.ask('GET', KEYS);
      const { keys } = read(ApiKeyList, answer, 'the list of keys');
      const own = keys.filter(({ is_this }) => is_this);
      holdEqual(
        own.map(({ key_id }) => key_id),
        [made.keyId],
        'the list does not say which key has asked',
      );
      hold(
        own[0]?.label === 'conformance' && own[0].revoked_on === null,
        'the list has the key in another way',
      );
      hold(!/mhb_|secret/.test(answer.text), 'the list has more than what a key is called by');
      await revokeKey(client, made.keyId);
    },
  },
  {
    rule: 'D9',
    promise: 'a key does what its scopes allow and nothing else',
    run: async ({ client }) => {
      const made = { sync: await newKey(client, ['sync']), account: await newKey(client, ['account']) };
      for (const [scope, method, path, body] of SCOPED) {
        const question = body === undefined ? {} : { body };
        const other = scope === 'sync' ? made.account : made.sync;
        holdRefused(await other.client.ask(method, path, question), 403, 'forbidden', `${method} ${path}`);
        const { status } = await made[scope].client.ask(method, path, question);
        hold(status === 200, `${method} ${path} with the scope ${scope} was answered with ${String(status)}`);
      }
      for (const { keyId } of Object.values(made)) await revokeKey(client, keyId);
    },
  },
  {
    rule: 'D9',
    promise: 'once a key was revoked nothing that is sent with it is stored',
    run: async ({ client }) => {
      const made = await newKey(client);
      const uploads = Array.from({ length: 6 }, () => sendBatch(made.client, [newChange()]));
      const revoked = await revokeKey(client, made.keyId);
      hold(revoked.status === 200, `a revocation was answered with ${String(revoked.status)}`);
      const head = await headOf(client);
      holdRefused(
        await sendBatch(made.client, [newChange()]),
        401,
        'unauthorized',
        'an upload with a revoked key',
      );
      const statuses = (await Promise.all(uploads)).map(({ status }) => status);
      hold(
        statuses.every((status) => status === 200 || status === 401),
        'an upload was neither taken nor refused',
      );
      hold((await headOf(client)) === head, 'an upload of a revoked key was stored after the answer');
    },
  },
  {
    rule: 'D9',
    promise: 'a key that is not there can’t be revoked, and one of another account neither',
    run: async ({ client, other, accountId }) => {
      const unknown = accountId + randomBytes(8).toString('hex');
      holdRefused(await revokeKey(client, unknown), 404, 'not_found', 'an unknown key');
      if (other === undefined) return;
      const made = await newKey(other);
      holdRefused(await revokeKey(client, made.keyId), 404, 'not_found', 'a key of another account');
      hold((await made.client.ask('GET', KEYRING)).status === 200, 'a key was revoked by another account');
      await revokeKey(other, made.keyId);
    },
  },
];
