/** Every route of the service is used once, as the document has them, and what the service tells of it is looked at. */
import { type ApiKeyCreated, MAILBOX_TOKEN_HEADER } from '@mhb/core-domain/wire';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { ask, type CreatedAccount, type RunningService } from './process.testing.ts';
import { isObject, type JsonObject, newChange, newId } from './testing.ts';

/** Everything that gives an account what is its own, and the end of it. */
export const askForAll = async (service: RunningService, key: CreatedAccount, leaving: CreatedAccount) => {
  const [device_id, mailbox, token] = [newId().slice(0, 16), newId(), newId() + newId()];
  for (const path of [
    '/v1/auth/api-keys',
    '/v1/devices',
    '/v1/keyring',
    '/v1/sync/limits',
    '/ready',
    '/health',
  ])
    expect((await ask(service, key, ['GET', path])).status, path).toBe(200);
  const digest = await ask(service, key, ['POST', '/v1/sync/digest', { device_id }]);
  expect(digest.status).toBe(200);
  const authorization = `Bearer ${key.api_key}`;
  const exported = await fetch(`${service.address}/v1/account`, { headers: { authorization } });
  expect((await exported.text()).trim().split('\n').length).toBeGreaterThan(2);
  const stream = await fetch(`${service.address}/v1/sync/events`, { headers: { authorization } });
  const reader = stream.body!.getReader();
  expect(Buffer.from((await reader.read()).value).toString()).toContain('event: head');
  // It stays open: the service ends it, and writes down that it was answered.

  await ask(service, leaving, [
    'POST',
    '/v1/sync/upload',
    { device_id, batch_id: newId(), changes: [newChange()] },
  ]);
  const left = { token_hash: createHash('sha256').update(token, 'hex').digest('hex'), sealed: 'AQEA' };
  const place = `/v1/pairing/${leaving.account_id.replaceAll('-', '')}${mailbox}`;
  expect((await ask(service, leaving, ['PUT', place, left])).status).toBe(200);
  const taken = await fetch(service.address + place, { headers: { [MAILBOX_TOKEN_HEADER]: token } });
  expect(taken.status).toBe(200);
  const { body: made } = await ask<ApiKeyCreated>(service, leaving, [
    'POST',
    '/v1/auth/api-keys',
    { label: 'x' },
  ]);
  await ask(service, made, ['PATCH', '/v1/devices', { device_id }]);
  await ask(service, leaving, ['DELETE', '/v1/auth/api-keys', { key_id: made.key_id }]);
  await ask(service, leaving, ['PATCH', '/v1/devices', { device_id }]);
  const { body: other } = await ask<ApiKeyCreated>(service, leaving, [
    'POST',
    '/v1/auth/api-keys',
    { label: 'y' },
  ]);
  const gone = newId().slice(0, 16);
  await ask(service, other, ['PATCH', '/v1/devices', { device_id: gone }]);
  expect((await ask(service, leaving, ['DELETE', '/v1/devices', { device_id: gone }])).status).toBe(200);
  const account = { account_id: leaving.account_id.replaceAll('-', '') };
  expect((await ask(service, leaving, ['DELETE', '/v1/account', account])).status).toBe(200);
  return { asking: device_id, otherMailbox: mailbox, otherToken: token, otherTokenHash: left.token_hash };
};

export const documentOf = () =>
  JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as JsonObject;

/** What anybody may read, with a key or without. */
export const toldToEverybody = async (service: RunningService): Promise<string> => {
  const figures = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(service.stderr())?.[0] ?? '';
  const texts = [figures, `${service.address}/openapi.json`, `${service.address}/ready`].map(async (url) =>
    (await fetch(url)).text(),
  );
  return (await Promise.all(texts)).join('\n');
};

/** Every operation of the document, and those that a log says were done. */
export const operationsIn = (document: JsonObject, log: string) => {
  const paths = Object.entries(isObject(document.paths) ? document.paths : {});
  const all = paths.flatMap(([path, methods]) =>
    Object.keys(isObject(methods) ? methods : {}).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const done = [...log.matchAll(/"method":"(\w+)","route":"([^"]+)","status":200/g)].map(
    ([, method = '', route = '']) => `${method} ${route.replaceAll(/:(\w+)/g, '{$1}')}`,
  );
  return { all, done: new Set(done) };
};
