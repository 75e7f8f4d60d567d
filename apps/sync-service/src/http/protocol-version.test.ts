/** Which versions of the wire the service understands, and that version 1 still finds what it knew. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { DEVICE_ID, newChange, newId, openTestService, sealedText, type TestService } from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

test.each(['0', '-1', '1.5', 'two', '99999', ''])(
  '[D13] a device of version "%s" gets 426',
  async (version) => {
    const answer = await service.app.inject({ url: '/v1/keyring', headers: { 'mhb-protocol': version } });
    expect(answer.statusCode).toBe(426);
    expect(answer.json()).toMatchObject({ code: 'client_too_old', status: 426 });
    expect(answer.headers['mhb-protocol']).toBe('1-2');
  },
);

test.each([{}, { 'mhb-protocol': '1' }, { 'mhb-protocol': '2' }, { 'mhb-protocol': '3' }])(
  '[D13] a device that says %j is understood, and is told the versions',
  async (headers) => {
    const answer = await service.app.inject({ url: '/ready', headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['mhb-protocol']).toBe('1-2');
    expect(answer.json()).toMatchObject({ protocol: 2, oldest_protocol: 1 });
  },
);

/** The answers of version 1, to the member: there is nothing in them that it did not have. */
const id = z.string().regex(/^[0-9a-f]{32}$/);
const keyId = z.string().regex(/^[0-9a-f]{48}$/);
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const seq = z.int().min(0);
const Record1 = z.strictObject({ id, seq, sealed: z.base64() });
const Upload1 = z.strictObject({
  applied: z.array(z.strictObject({ id, seq })),
  conflicts: z.array(Record1),
  rejected: z.array(z.strictObject({ id, code: z.string() })),
  head: seq,
});
const Download1 = z.strictObject({
  records: z.array(Record1),
  has_more: z.boolean(),
  remaining: z.int(),
  next: z.string().regex(/^[A-Za-z0-9_-]{1,200}$/),
  head: seq,
  keyring_generation: z.int(),
});
const Keyring1 = z.strictObject({
  generation: z.int(),
  sealed: z.base64().nullable(),
  recovery: z.base64().nullable(),
});
const KeyringStored1 = z.strictObject({ generation: z.int().min(1) });
const Keys1 = z.strictObject({
  keys: z.array(
    z.strictObject({
      key_id: keyId,
      label: z.string(),
      scopes: z.array(z.enum(['sync', 'account'])),
      created_on: day,
      last_used_on: day.nullable(),
      revoked_on: day.nullable(),
      is_this: z.boolean(),
    }),
  ),
});
const KeyCreated1 = z.strictObject({ key_id: keyId, api_key: z.string() });
const KeyRevoked1 = z.strictObject({ key_id: keyId });
const Problem1 = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  fields: z.array(z.string()).optional(),
});

/** Asks with the headers of version 1, and those alone. */
const askAs1 = async (
  apiKey: string,
  [method, url, body]: readonly ['GET' | 'POST' | 'PUT' | 'DELETE', string, object?],
) => {
  const answer = await service.app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${apiKey}`,
      'mhb-protocol': '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  const value: unknown = answer.json();
  return answer.statusCode === 200 ? value : { refused: Problem1.parse(value).code };
};

test('[D13] what a device of version 1 uploads and downloads is answered as version 1 was', async () => {
  const { apiKey } = await service.newAccount();
  const change = newChange();
  const upload = { device_id: DEVICE_ID, batch_id: newId(), changes: [change] };
  const stored = Upload1.parse(await askAs1(apiKey, ['POST', '/v1/sync/upload', upload]));
  expect(stored.applied).toEqual([{ id: change.id, seq: 1 }]);
  const tooSmall = newChange({ sealed: 'AQE=' });
  const again = { ...upload, batch_id: newId(), changes: [newChange({ id: change.id }), tooSmall] };
  const refused = Upload1.parse(await askAs1(apiKey, ['POST', '/v1/sync/upload', again]));
  expect(refused.conflicts).toEqual([{ id: change.id, seq: 1, sealed: change.sealed }]);
  expect(refused.rejected).toEqual([{ id: tooSmall.id, code: 'sealed_too_small' }]);

  const download = { device_id: DEVICE_ID, since: null, limit: 10, skip_batches: [] };
  const page = Download1.parse(await askAs1(apiKey, ['POST', '/v1/sync/download', download]));
  expect(page.records).toEqual([{ id: change.id, seq: 1, sealed: change.sealed }]);
  const next = { device_id: DEVICE_ID, since: page.next, skip_batches: [upload.batch_id] };
  const rest = Download1.parse(await askAs1(apiKey, ['POST', '/v1/sync/download', next]));
  expect(rest).toMatchObject({ records: [], has_more: false, head: 1 });
});

test('[D13] what a device of version 1 asks of keys is answered as version 1 was', async () => {
  const { apiKey } = await service.newAccount();
  expect(Keyring1.parse(await askAs1(apiKey, ['GET', '/v1/keyring'])).generation).toBe(0);
  const keyring = { base_generation: 0, sealed: sealedText(), recovery: sealedText() };
  expect(KeyringStored1.parse(await askAs1(apiKey, ['PUT', '/v1/keyring', keyring])).generation).toBe(1);
  expect(await askAs1(apiKey, ['PUT', '/v1/keyring', keyring])).toEqual({ refused: 'keyring_conflict' });
  expect(Keyring1.parse(await askAs1(apiKey, ['GET', '/v1/keyring'])).sealed).toBe(keyring.sealed);

  const made = KeyCreated1.parse(await askAs1(apiKey, ['POST', '/v1/auth/api-keys', { label: 'two' }]));
  expect(Keys1.parse(await askAs1(made.api_key, ['GET', '/v1/auth/api-keys'])).keys).toHaveLength(2);
  const revoked = await askAs1(apiKey, ['DELETE', '/v1/auth/api-keys', { key_id: made.key_id }]);
  expect(KeyRevoked1.parse(revoked)).toEqual({ key_id: made.key_id });
  expect(await askAs1(made.api_key, ['GET', '/v1/keyring'])).toEqual({ refused: 'unauthorized' });
});
