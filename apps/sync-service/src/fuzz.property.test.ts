/** Whatever is sent, the service has a refusal for it: no content of a request makes it fail. */
import { isErrorCode, type Problem } from '@mhb/core-domain/wire';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEVICE_ID, newChange, openTestService, type TestAccount, type TestService } from './testing.ts';

let service: TestService;
let account: TestAccount;
beforeAll(async () => {
  service = await openTestService();
  account = await service.newAccount();
});
afterAll(() => service.close());

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'] as const;
const PATHS = [
  '/health',
  '/ready',
  '/openapi.json',
  '/v1/auth/api-keys',
  '/v1/devices',
  '/v1/keyring',
  `/v1/pairing/${'0'.repeat(64)}`,
  '/v1/sync/upload',
  '/v1/sync/download',
];
const NAMES = [
  ...['device_id', 'batch_id', 'changes', 'id', 'base', 'sealed', 'since', 'limit', 'skip_batches'],
  ...['base_generation', 'recovery', 'label', 'scopes', 'key_id', '__proto__', 'constructor'],
  ...['named_device_id', 'name', 'manifest', 'token_hash'],
];

const anyLeaf = fc.oneof(
  fc.constantFrom('0'.repeat(16), '0'.repeat(32), 'f'.repeat(48), 'AQEA', '', 'sync', '\u0000', '\ud800'),
  fc.string({ unit: 'binary' }),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(null, true),
);
/** JSON that is often nearly right. */
const { anyBody } = fc.letrec((tie) => ({
  anyBody: fc.oneof(
    { maxDepth: 4 },
    anyLeaf,
    fc.array(tie('anyBody'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), tie('anyBody'), { maxKeys: 5 }),
  ),
}));
const anyPayload = fc.oneof(
  anyBody.map((body) => JSON.stringify(body)),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
);
const anyUrl = fc
  .oneof(
    { arbitrary: fc.constantFrom(...PATHS), weight: 3 },
    {
      arbitrary: fc
        .tuple(fc.constantFrom(...PATHS), fc.webQueryParameters())
        .map(([path, query]) => `${path}?${query}`),
      weight: 1,
    },
    { arbitrary: fc.webPath().map((path) => `/${path}`), weight: 1 },
    { arbitrary: fc.stringMatching(/^\/[!-~]{0,60}$/), weight: 1 },
  )
  // What the test's own client can send.
  .filter((url) => URL.canParse(url, 'http://localhost'));
const anyHeaders = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'authorization',
    'content-encoding',
    'mhb-protocol',
    'accept',
    'mhb-mailbox-token',
    'x-anything',
  ),
  fc.oneof(
    fc.constantFrom('application/json', 'application/json; charset=utf-16', 'gzip', '*/*', 'Bearer mhb_', ''),
    fc.stringMatching(/^[ -~]{0,80}$/),
  ),
);
/** Most come far enough in to be looked at. */
const anyRequest = fc.record({
  method: fc.constantFrom(...METHODS),
  url: anyUrl,
  headers: anyHeaders,
  payload: fc.option(anyPayload, { nil: undefined }),
  isLetIn: fc.boolean(),
});

const check = async (request: InjectOptions): Promise<void> => {
  const answer = await service.app.inject(request);
  expect(answer.statusCode).toBeLessThan(500);
  if (answer.statusCode < 400 || request.method === 'HEAD') return;
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/);
  const problem = answer.json<Problem>();
  expect(isErrorCode(problem.code)).toBe(true);
  expect(problem.status).toBe(answer.statusCode);
};

test('[D10] any method, address, header and body is answered without a failure of the service', async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, ({ method, url, headers, payload, isLetIn }) =>
      check({
        method,
        url,
        headers: {
          ...headers,
          ...(isLetIn
            ? { 'content-type': 'application/json', authorization: `Bearer ${account.apiKey}` }
            : {}),
        },
        ...(payload === undefined ? {} : { payload }),
      }),
    ),
    { numRuns: 1_500 },
  );
});

const rightBodies = [
  {
    method: 'POST',
    url: '/v1/sync/upload',
    body: { device_id: DEVICE_ID, batch_id: 'b'.repeat(32), changes: [newChange(), newChange()] },
  },
  {
    method: 'POST',
    url: '/v1/sync/download',
    body: { device_id: DEVICE_ID, since: null, limit: 5, skip_batches: ['b'.repeat(32)] },
  },
  { method: 'PUT', url: '/v1/keyring', body: { base_generation: 0, sealed: 'AQEA', recovery: 'AQEA' } },
  { method: 'POST', url: '/v1/auth/api-keys', body: { label: 'x', scopes: ['sync'] } },
  { method: 'DELETE', url: '/v1/auth/api-keys', body: { key_id: '0'.repeat(48) } },
  {
    method: 'PATCH',
    url: '/v1/devices',
    body: { device_id: DEVICE_ID, named_device_id: DEVICE_ID, name: 'AQEA', manifest: 'AQEA' },
  },
  { method: 'DELETE', url: '/v1/devices', body: { device_id: 'f'.repeat(16) } },
  {
    method: 'PUT',
    url: `/v1/pairing/${'0'.repeat(64)}`,
    body: { token_hash: '0'.repeat(64), sealed: 'AQEA' },
  },
] as const;

test.each(rightBodies)(
  '[D10] $method $url with any one value replaced does not fail',
  async ({ method, url, body }) => {
    const text = JSON.stringify(body);
    const places = [...text.matchAll(/"[^"]*"(?!:)|\d+(?=[,}\]])|null/g)];
    const anyReplacement = fc.record({ place: fc.constantFrom(...places), by: anyBody });
    await fc.assert(
      fc.asyncProperty(anyReplacement, ({ place, by }) =>
        check({
          method,
          url,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${account.apiKey}` },
          payload:
            text.slice(0, place.index) + JSON.stringify(by) + text.slice(place.index + place[0].length),
        }),
      ),
      { numRuns: 150 },
    );
  },
);
