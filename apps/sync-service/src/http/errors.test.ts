/** Every refusal is a problem document of the closed list, and quotes nothing of what was sent. */
import {
  errorCodes,
  isErrorCode,
  limits,
  type Problem,
  PROTOCOL_HEADER,
  understoodProtocols,
} from '@mhb/core-domain/wire';
import type { InjectOptions } from 'fastify';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  DEVICE_ID,
  newChange,
  newId,
  openTestService,
  type TestAccount,
  type TestService,
} from '../testing.ts';

let service: TestService;
let account: TestAccount;
beforeAll(async () => {
  service = await openTestService();
  account = await service.newAccount();
});
afterAll(() => service.close());

const UPLOAD = '/v1/sync/upload';
const json = { 'content-type': 'application/json' };
const post = (payload: string | Buffer, headers: Record<string, string> = json): InjectOptions => ({
  method: 'POST',
  url: UPLOAD,
  headers,
  payload,
});

const refusals: readonly { readonly what: string; readonly code: string; readonly request: InjectOptions }[] =
  [
    { what: 'an address that is none', code: 'not_found', request: { url: '/marked' } },
    { what: 'an address that looks like a pattern', code: 'not_found', request: { url: '/*!' } },
    { what: 'an address that can’t be read', code: 'invalid_request', request: { url: '/%E0%A4%A' } },
    { what: 'a method of no use', code: 'method_not_allowed', request: { method: 'PATCH', url: UPLOAD } },
    { what: 'a document that is none', code: 'invalid_request', request: post('{"marked"') },
    { what: 'an empty document', code: 'invalid_request', request: post('') },
    {
      what: 'bytes that are no text',
      code: 'invalid_request',
      request: post(Buffer.from([0x22, 0xff, 0x22])),
    },
    { what: 'a byte order mark', code: 'invalid_request', request: post(`\ufeff{}`) },
    { what: 'a document nine deep', code: 'invalid_request', request: post('[[[[[[[[[]]]]]]]]]') },
    {
      what: 'a member that is no data',
      code: 'invalid_request',
      request: post('{"__proto__":{"marked":1}}'),
    },
    {
      what: 'a member that is no data in disguise',
      code: 'invalid_request',
      request: post('{"\\u005f_proto__":{"marked":1}}'),
    },
    {
      what: 'a member that comes twice',
      code: 'invalid_request',
      request: post('{"a":{"b":1,"b":"marked"}}'),
    },
    {
      what: 'a member that comes twice, once in disguise',
      code: 'invalid_request',
      request: post('{"b":1,"\\u0062":"marked"}'),
    },
    { what: 'half a character', code: 'invalid_request', request: post('{"a":"marked\\ud800"}') },
    { what: 'a zero with a sign', code: 'invalid_request', request: post('{"a":-0}') },
    {
      what: 'a document of many parts',
      code: 'invalid_request',
      request: post(`[${'1,'.repeat(50_000)}1]`),
    },
    { what: 'a text', code: 'unsupported_media', request: post('marked', { 'content-type': 'text/plain' }) },
    { what: 'no content type', code: 'unsupported_media', request: post('marked', {}) },
    {
      what: 'a compressed document',
      code: 'unsupported_media',
      request: post('marked', { ...json, 'content-encoding': 'gzip' }),
    },
    { what: 'no key', code: 'unauthorized', request: { url: '/v1/keyring' } },
  ];

test.each(refusals)(
  '[D10] $what is answered with the problem document of $code',
  async ({ code, request }) => {
    if (!isErrorCode(code)) throw new Error(`${code} is no code`);
    const answer = await service.app.inject(request);
    const { status, words } = errorCodes[code];
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers[PROTOCOL_HEADER]).toBe(understoodProtocols);
    const { fields: _, ...problem } = answer.json<Problem>();
    expect(problem).toEqual({ type: `urn:mental-health-bar:problem:${code}`, title: words, status, code });
    expect(answer.body).not.toContain('marked');
  },
);

test('[D10] an address that takes other methods says which', async () => {
  const { headers } = await service.app.inject({ method: 'PATCH', url: '/v1/auth/api-keys?x=1' });
  expect(headers.allow).toBe('GET, POST, DELETE');
});

test('[D10] names may repeat in different objects, and values may hold what looks like names', async () => {
  const changes = [newChange(), newChange()];
  const body = { device_id: DEVICE_ID, batch_id: newId(), changes };
  expect((await account.ask('POST', UPLOAD, body)).status).toBe(200);
  const label = '"label":"x","label" \\" {[:,]}';
  expect((await account.ask('POST', '/v1/auth/api-keys', { label })).status).toBe(200);
});

const upload = () => ({ device_id: DEVICE_ID, batch_id: newId(), changes: [newChange()] });
const badMembers = [
  {
    what: 'an id',
    fields: ['changes.0.id'],
    body: () => ({ ...upload(), changes: [newChange({ id: 'marked' })] }),
  },
  {
    what: 'a base',
    fields: ['changes.0.base'],
    body: () => ({ ...upload(), changes: [newChange({ base: -7 })] }),
  },
  {
    what: 'an envelope',
    fields: ['changes.0.sealed'],
    body: () => ({ ...upload(), changes: [newChange({ sealed: 'marked!' })] }),
  },
  { what: 'a batch', fields: ['batch_id'], body: () => ({ ...upload(), batch_id: 'marked' }) },
  { what: 'a device', fields: ['device_id'], body: () => ({ ...upload(), device_id: ['marked'] }) },
  { what: 'the whole', fields: ['body'], body: () => ['marked'] },
  { what: 'an unknown member', fields: ['body'], body: () => ({ ...upload(), marked: 'marked' }) },
  {
    what: 'an unknown member of a change',
    fields: ['changes.0'],
    body: () => ({ ...upload(), changes: [{ ...newChange(), marked: 1 }] }),
  },
  { what: 'two members', fields: ['device_id', 'batch_id'], body: () => ({ changes: [newChange()] }) },
] as const;

test.each(badMembers)(
  '[D10] $what that is not understood is named by its place and not quoted',
  async ({ body, fields }) => {
    const answer = await account.ask('POST', UPLOAD, body());
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', fields } });
    expect(JSON.stringify(answer.body)).not.toContain('marked');
  },
);

test('[D10] a number that no seq can be is refused and breaks nothing', async () => {
  for (const base of ['1e400', '9007199254740993', '1.5', '-0.1', '1e21']) {
    const text = JSON.stringify({ ...upload(), changes: [newChange()] }).replace(
      '"base":0',
      `"base":${base}`,
    );
    const { statusCode } = await service.app.inject({
      ...post(text, { ...json, authorization: `Bearer ${account.apiKey}` }),
    });
    expect(statusCode, base).toBe(400);
  }
});

/** What comes back over a real connection for these bytes. */
const exchange = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.on('error', reject).on('close', () => {
      resolve(answer);
    });
  });

test('[D10] what is not HTTP, and headers without end, are answered with problem documents too', async () => {
  const port = Number(new URL(await service.app.listen({ port: 0, host: '127.0.0.1' })).port);
  const noHttp = await exchange(port, 'marked nonsense\r\n\r\n');
  expect(noHttp).toMatch(/^HTTP\/1\.1 400 /);
  expect(noHttp).toContain('"code":"invalid_request"');
  const long = `x-marked: ${'m'.repeat(limits.HEADER_BYTES_MAX)}`;
  const headers = await exchange(port, `GET /health HTTP/1.1\r\nhost: x\r\n${long}\r\n\r\n`);
  expect(headers).toMatch(/^HTTP\/1\.1 431 /);
  expect(headers).toContain('"code":"headers_too_large"');
  for (const answer of [noHttp, headers]) {
    expect(answer).toContain('content-type: application/problem+json');
    expect(answer).not.toContain('marked');
  }
});
