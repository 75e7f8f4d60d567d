/** The document of the service: the one that is committed, of every route, with examples that are what they show. */
import * as wire from '@mhb/core-domain/wire';
import type { ApiKeyCreated } from '@mhb/core-domain/wire';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestService, type TestAccount, type TestService } from '../testing.ts';
import { examples } from './examples.ts';
import { operations } from './operations.ts';
import { inlined, isList, isObject, type Json } from './validate.testing.ts';

let service: TestService;
let account: TestAccount;
beforeAll(async () => {
  service = await openTestService();
  account = await service.newAccount();
});
afterAll(() => service.close());

const served = async () => (await service.app.inject({ url: '/openapi.json' })).json<Record<string, Json>>();

const Media = z.looseObject({ schema: z.record(z.string(), z.unknown()), example: z.unknown().optional() });
const Operation = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  'x-scope': wire.Scope.optional(),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string(), schema: z.looseObject({}) })),
  requestBody: z.looseObject({ content: z.record(z.string(), Media) }).optional(),
  responses: z.record(
    z.string(),
    z.looseObject({ description: z.string().min(1), content: z.record(z.string(), Media) }),
  ),
});
const Document = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});

const everyOperation = async () =>
  Object.entries(Document.parse(inlined(await served())).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      ...operation,
    })),
  );

test('[D8] the document that is committed is the one that is served: npm run openapi writes it', async () => {
  const committed: unknown = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'));
  expect(await served()).toEqual(committed);
});

test('[D8] every route of the service is in the document, and nothing else', async () => {
  // Each line names an address in full: "├── /v1/keyring (GET, HEAD, PUT)".
  const routes = service.app.printRoutes({ commonPrefix: false }).matchAll(/(\/\S*) \(([A-Z, ]+)\)/g);
  const known = [...routes].flatMap(([, path = '', methods = '']) =>
    methods
      .split(', ')
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`),
  );
  const documented = (await everyOperation()).map(({ method, path }) => `${method} ${path}`);
  expect(known.length).toBeGreaterThan(15);
  expect(documented.toSorted()).toEqual(known.toSorted());
  expect(Object.keys(operations).toSorted()).toEqual(known.toSorted());
});

test('[D8] every operation has a name of its own, and every request and answer a schema with a name', async () => {
  const names = (await everyOperation()).map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  const paths = Object.entries((await served()).paths as Record<string, Record<string, Json>>);
  const unnamed = paths.flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const { requestBody, responses } = operation as { requestBody?: Json; responses: { 200: Json } };
      return [requestBody, responses[200]].flatMap((body) =>
        Object.values(isObject(body) && isObject(body.content) ? body.content : {})
          .filter((media) => !(isObject(media) && isObject(media.schema) && '$ref' in media.schema))
          .map(() => `${method} ${path}`),
      );
    }),
  );
  // The document does not describe documents.
  expect(unnamed).toEqual(['get /openapi.json']);
});

test('[D8] every example is accepted by the schema beside it', async () => {
  const ajv = new Ajv2020({ strict: false });
  const wrong: string[] = [];
  let count = 0;
  const walk = (value: Json, place: string): void => {
    if (isList(value))
      value.forEach((member, index) => {
        walk(member, `${place}/${String(index)}`);
      });
    if (!isObject(value)) return;
    if (isObject(value.schema)) {
      const named = isObject(value.examples) ? value.examples : {};
      const given = Object.values(named).map((example) => (isObject(example) ? example.value : undefined));
      for (const example of 'example' in value ? [value.example, ...given] : given) {
        count += 1;
        if (!ajv.validate(value.schema, example)) wrong.push(`${place}: ${ajv.errorsText()}`);
      }
    }
    for (const [name, member] of Object.entries(value)) {
      if (name !== 'example' && name !== 'examples') walk(member, `${place}/${name}`);
    }
  };
  walk(inlined(await served()), '');
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(100);
  for (const { method, path, requestBody, responses } of await everyOperation()) {
    const where = `${method} ${path}`;
    if (requestBody !== undefined)
      expect(requestBody.content['application/json']?.example, where).toBeDefined();
    expect(Object.values(responses['200']!.content)[0]?.example, where).toBeDefined();
  }
});

test('[D8] every example of a request is one that the routes parse', () => {
  const requests = [
    [wire.ApiKeyRequest, examples.createApiKey],
    [wire.ApiKeyRevocation, examples.revokeApiKey],
    [wire.DeviceUpdate, examples.updateDevice],
    [wire.DeviceRevocation, examples.revokeDevice],
    [wire.KeyringRequest, examples.putKeyring],
    [wire.MailboxRequest, examples.leaveInMailbox],
    [wire.UploadRequest, examples.upload],
    [wire.DownloadRequest, examples.download],
    [wire.DigestRequest, examples.digest],
    [wire.AccountDeletion, examples.deleteAccount],
  ] as const;
  for (const [schema, { request }] of requests) expect(schema.safeParse(request).error).toBeUndefined();
  const withRequest = Object.values(operations).filter(({ example }) => example.request !== undefined);
  expect(withRequest).toHaveLength(requests.length);
});

test('[D8] a real service takes the examples', async () => {
  for (const [method, url, { request }] of [
    ['PUT', '/v1/keyring', examples.putKeyring],
    ['PATCH', '/v1/devices', examples.updateDevice],
    ['POST', '/v1/sync/upload', examples.upload],
    ['POST', '/v1/sync/download', examples.download],
    ['POST', '/v1/sync/digest', examples.digest],
    ['POST', '/v1/auth/api-keys', examples.createApiKey],
  ] as const) {
    expect((await account.ask(method, url, request)).status, url).toBe(200);
  }
});

test('[D9] the scope in the document is the one that is asked for', async () => {
  const keyFor = async (scope: string) =>
    (await account.ask<ApiKeyCreated>('POST', '/v1/auth/api-keys', { label: scope, scopes: [scope] })).body
      .api_key;
  const keys = { sync: await keyFor('sync'), account: await keyFor('account') };
  const guarded = (await everyOperation()).filter((operation) => operation['x-scope'] !== undefined);
  expect(guarded.length).toBeGreaterThan(14);
  for (const { method, path, requestBody, ...operation } of guarded) {
    const ask = async (authorization: string | undefined) => {
      const body = requestBody?.content['application/json']?.example;
      const { statusCode } = await service.app.inject({
        method: method as 'GET',
        url: path.replace('{mailbox}', '0'.repeat(64)),
        headers: authorization === undefined ? {} : { authorization: `Bearer ${authorization}` },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return statusCode;
    };
    expect(operation.security, path).toEqual([{ apiKey: [] }]);
    expect(await ask(undefined), `${method} ${path}`).toBe(401);
    const other = operation['x-scope'] === 'sync' ? keys.account : keys.sync;
    expect(await ask(other), `${method} ${path}`).toBe(403);
  }
});
