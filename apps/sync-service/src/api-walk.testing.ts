/** Asks for everything the API can do, over real connections, as two devices of one account; the account is gone after. */
import { createHash } from 'node:crypto';
import {
  type ApiKeyCreated,
  type DownloadAnswer,
  MAILBOX_TOKEN_HEADER,
  type UploadAnswer,
} from '@mhb/core-domain/wire';
import { expect, vi } from 'vitest';
import { listenTo } from './events/events.testing.ts';
import { DEVICE_ID, newChange, newId, sealedText, WAITING } from './testing.ts';

const OTHER_DEVICE_ID = '00000000000000b2';

export interface Walked {
  /** What was asked for, as `GET /v1/keyring`; what stands for a part of the address is in braces. */
  readonly routes: ReadonlySet<string>;
}

/** `elsewhere` is the address of another instance, if there is one: what happens here is heard there. */
export const walkApi = async (
  address: string,
  apiKey: string,
  { elsewhere = address }: { readonly elsewhere?: string } = {},
): Promise<Walked> => {
  const routes = new Set<string>();
  const asking =
    (key: string) =>
    async <Body>(
      route: string,
      body?: unknown,
      given: { readonly mailbox?: string; readonly headers?: Readonly<Record<string, string>> } = {},
    ): Promise<{ readonly status: number; readonly body: Body }> => {
      routes.add(route);
      const [method = '', path = ''] = route.split(' ');
      const answer = await fetch(address + path.replace('{mailbox}', given.mailbox ?? ''), {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...given.headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: (text.startsWith('{"line"') ? text : JSON.parse(text)) as Body };
    };
  const ask = asking(apiKey);
  const ok = async <Body>(...asked: Parameters<typeof ask>): Promise<Body> => {
    const { status, body } = await ask<Body>(...asked);
    expect([asked[0], status]).toEqual([asked[0], 200]);
    return body;
  };
  const upload = (changes: readonly object[], batchId = newId()) =>
    ok<UploadAnswer>('POST /v1/sync/upload', { device_id: DEVICE_ID, batch_id: batchId, changes });
  const download = (since: string | null, given: object = {}) =>
    ok<DownloadAnswer>('POST /v1/sync/download', { device_id: DEVICE_ID, since, ...given });

  for (const route of ['GET /health', 'GET /ready', 'GET /openapi.json']) await ok(route);

  const changes = [newChange(), newChange(), newChange()];
  const batch = newId();
  expect((await upload(changes, batch)).applied).toHaveLength(3);
  expect((await upload(changes, batch)).applied).toHaveLength(3);
  expect((await upload([newChange({ id: changes[0]!.id })])).conflicts).toHaveLength(1);
  expect((await upload([newChange({ sealed: sealedText(10) })])).rejected).toHaveLength(1);
  const first = await download(null, { limit: 1 });
  expect([first.records.length, first.remaining]).toEqual([1, 2]);
  expect((await download(first.next)).records).toHaveLength(2);
  const { next } = await download(null, { skip_batches: [batch] });
  await upload([newChange({ id: changes[1]!.id, base: 2 })]);
  expect((await download(next)).records).toHaveLength(1);
  await ok('POST /v1/sync/digest', { device_id: DEVICE_ID });
  await ok('GET /v1/sync/limits');

  await ok('PUT /v1/keyring', { base_generation: 0, sealed: sealedText(), recovery: sealedText() });
  await ok('GET /v1/keyring');

  const made = await ok<ApiKeyCreated>('POST /v1/auth/api-keys', { label: 'other' });
  const other = asking(made.api_key);
  await ok('GET /v1/auth/api-keys');
  await ok('PATCH /v1/devices', { device_id: DEVICE_ID, name: 'AQI=', manifest: 'AQI=' });
  expect((await other('PATCH /v1/devices', { device_id: OTHER_DEVICE_ID })).status).toBe(200);
  await ok('PATCH /v1/devices', {
    device_id: DEVICE_ID,
    named_device_id: OTHER_DEVICE_ID,
    name: 'AwQ=',
  });
  await ok('GET /v1/devices');

  routes.add('GET /v1/sync/events');
  const [mine, theirs] = [await listenTo(elsewhere, apiKey), await listenTo(elsewhere, made.api_key)];
  const { head } = await upload([newChange()]);
  for (const { heads } of [mine, theirs])
    await vi.waitFor(() => {
      expect(heads.at(-1)).toBe(head);
    }, WAITING);

  const [token, sealed] = [newId() + newId(), sealedText()];
  const mailbox = apiKey.slice(4, 36) + newId();
  const token_hash = createHash('sha256').update(token, 'hex').digest('hex');
  const read = (given: string) =>
    ask('GET /v1/pairing/{mailbox}', undefined, { mailbox, headers: { [MAILBOX_TOKEN_HEADER]: given } });
  await ok('PUT /v1/pairing/{mailbox}', { token_hash, sealed }, { mailbox });
  expect((await read(newId() + newId())).status).toBe(404);
  expect(await read(token)).toEqual({ status: 200, body: { sealed } });
  expect((await read(token)).status).toBe(404);

  await ok('GET /v1/account');
  await ok('DELETE /v1/devices', { device_id: OTHER_DEVICE_ID });
  await theirs.ended;
  expect((await other('GET /v1/keyring')).status).toBe(401);
  const third = await ok<ApiKeyCreated>('POST /v1/auth/api-keys', { label: 'third' });
  await ok('DELETE /v1/auth/api-keys', { key_id: third.key_id });
  expect((await asking(third.api_key)('GET /v1/keyring')).status).toBe(401);
  await ok('DELETE /v1/account', { account_id: apiKey.slice(4, 36) });
  await mine.ended;
  return { routes };
};
