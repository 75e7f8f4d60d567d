/**
 * Marks are put wherever a request can carry something, through every route of the document, and then looked for in
 * everything the service wrote or tells to everybody: its two outputs, the log of Postgres, the data folder, the figures
 * for monitoring, and its document.
 */
import { type ApiKeyCreated, type DownloadAnswer, limits, MAILBOX_TOKEN_HEADER } from '@mhb/core-domain/wire';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { runningConnection } from './database/embedded.ts';
import { ask, createAccountIn, dataFolder, type RunningService, serve } from './process.testing.ts';
import { everythingIn, findings, mark } from './marks.testing.ts';
import { newChange, newId } from './testing.ts';
import { askForAll, documentOf, operationsIn, toldToEverybody } from './whole-api.testing.ts';

const sendRaw = ({ address }: RunningService, bytes: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('error', reject).on('close', () => {
      resolve();
    });
    socket.resume();
  });

/** Everywhere a request can carry something that is refused; what is kept of it is nothing. */
const sendRefused = async (service: RunningService, key: { readonly api_key: string }) => {
  const marks = {
    path: mark(),
    query: mark(),
    header: mark(),
    authorization: mark(),
    malformed: mark(),
    memberName: mark(),
    memberValue: mark(),
    contentType: mark(),
    unreadableAddress: mark(),
    noHttp: mark(),
    largeHeader: mark(),
    cursor: mark(),
    keyId: newId() + newId().slice(0, 16),
    mailbox: newId() + newId(),
    mailboxToken: newId() + newId(),
    tokenHash: newId() + newId(),
    refusedRecord: newId(),
    refusedBatch: newId(),
    refusedSealed: newId(),
  };
  const post = (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(service.address + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.api_key}`, 'content-type': 'application/json', ...headers },
      body,
    });
  await fetch(`${service.address}/v1/${marks.path}?q=${marks.query}`);
  await fetch(`${service.address}/v1/keyring?${marks.query}=${marks.query}`, {
    headers: {
      authorization: `Bearer ${marks.authorization}`,
      'x-anything': marks.header,
      cookie: marks.header,
    },
  });
  await post('/v1/sync/upload', `{"${marks.malformed}`);
  await post('/v1/sync/upload', marks.malformed, { 'content-type': `text/${marks.contentType}` });
  await post('/v1/sync/upload', JSON.stringify({ [marks.memberName]: marks.memberValue }));
  await post(
    '/v1/auth/api-keys',
    JSON.stringify({ label: { a: marks.memberValue }, scopes: [marks.memberValue] }),
  );
  await post('/v1/sync/download', JSON.stringify({ device_id: '0'.repeat(16), since: marks.cursor }));
  const sealed = Buffer.concat([
    Buffer.from([9, 9]),
    Buffer.alloc(600),
    Buffer.from(marks.refusedSealed, 'hex'),
  ]);
  const refused = newChange({ id: marks.refusedRecord, base: 7, sealed: sealed.toString('base64') });
  const diverged = [refused, newChange({ base: 3 })];
  const body = { device_id: '0'.repeat(16), batch_id: marks.refusedBatch, changes: diverged };
  expect((await post('/v1/sync/upload', JSON.stringify(body))).status).toBe(409);
  await ask(service, key, ['DELETE', '/v1/auth/api-keys', { key_id: marks.keyId }]);
  await fetch(`${service.address}/v1/pairing/${marks.mailbox}`, {
    headers: { [MAILBOX_TOKEN_HEADER]: marks.mailboxToken },
  });
  const message = { token_hash: marks.tokenHash, sealed: 'AQEA' };
  await ask(service, key, ['PUT', `/v1/pairing/${marks.mailbox}`, message]);
  await sendRaw(service, `${marks.noHttp} nonsense\r\n\r\n`);
  await sendRaw(
    service,
    `GET /%E0%A4%A${marks.unreadableAddress} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
  );
  const large = marks.largeHeader.repeat(limits.HEADER_BYTES_MAX / 16);
  await sendRaw(service, `GET /health HTTP/1.1\r\nhost: x\r\nx: ${large}\r\n\r\n`);
  return marks;
};

/** What the service is there to keep; none of it is for a log. */
const sendKept = async (service: RunningService, key: { readonly api_key: string }) => {
  const [record, sealedEnd, batch, device, label] = [newId(), newId(), newId(), newId().slice(0, 16), mark()];
  const sealed = Buffer.concat([Buffer.from([1, 1]), Buffer.alloc(600), Buffer.from(sealedEnd, 'hex')]);
  const changes = [newChange({ id: record, sealed: sealed.toString('base64') })];
  const upload = { device_id: device, batch_id: batch, changes };
  for (const sent of [upload, upload, { ...upload, batch_id: newId() }]) {
    expect((await ask(service, key, ['POST', '/v1/sync/upload', sent])).status).toBe(200);
  }
  const download = { device_id: device, since: null, skip_batches: [batch] };
  const { body: page } = await ask<DownloadAnswer>(service, key, ['POST', '/v1/sync/download', download]);
  const { body: made } = await ask<ApiKeyCreated>(service, key, ['POST', '/v1/auth/api-keys', { label }]);
  const [listed, deviceName, mailbox, tokenHash, message] = [newId().slice(0, 16), ...keptMarks()];
  const [manifest, keyring, recovery] = [newId(), newId(), newId()];
  const told = { device_id: listed, name: base64Of(deviceName), manifest: base64Of(manifest) };
  await ask(service, key, ['PATCH', '/v1/devices', told]);
  const keys = { base_generation: 0, sealed: base64Of(keyring), recovery: base64Of(recovery) };
  await ask(service, key, ['PUT', '/v1/keyring', keys]);
  const left = { token_hash: tokenHash, sealed: base64Of(message) };
  const account = key.api_key.slice(4, 36);
  expect((await ask(service, key, ['PUT', `/v1/pairing/${account}${mailbox}`, left])).status).toBe(200);
  return {
    device,
    apiKey: made.api_key,
    stored: {
      ...{ record, sealedEnd, batch, label, keyId: made.key_id },
      ...{ listed, deviceName, mailbox, tokenHash, message, manifest, keyring, recovery },
    },
    cursor: page.next,
  };
};

const keptMarks = () => [newId(), newId(), newId() + newId(), newId()] as const;

const base64Of = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

const provokeErrors = async (folder: string, service: RunningService, key: { readonly api_key: string }) => {
  const marks = { ofError: newId(), sealedOfError: newId(), labelOfError: mark() };
  const client = new pg.Client(runningConnection(folder));
  await client.connect();
  await client.query('alter table record add constraint provoked check (seq < 0) not valid');
  await client.query("alter table api_key add constraint provoked check (label = '') not valid");
  const sealed = Buffer.concat([
    Buffer.from([1, 1]),
    Buffer.alloc(600),
    Buffer.from(marks.sealedOfError, 'hex'),
  ]);
  const changes = [newChange({ id: marks.ofError, sealed: sealed.toString('base64') })];
  const upload = { device_id: '0'.repeat(16), batch_id: newId(), changes };
  expect((await ask(service, key, ['POST', '/v1/sync/upload', upload])).status).toBe(500);
  const made = await ask(service, key, ['POST', '/v1/auth/api-keys', { label: marks.labelOfError }]);
  expect(made.status).toBe(500);
  await client.query('alter table record drop constraint provoked');
  await client.query('alter table api_key drop constraint provoked');
  await client.end();
  return marks;
};

test('[D11] nothing of any request is in a log, and nothing that was refused is kept anywhere', async () => {
  const folder = dataFolder();
  const account = await createAccountIn(folder);
  const leaving = await createAccountIn(folder);
  const service = await serve(folder, [], { MHB_SYNC_METRICS_PORT: '0' });
  const kept = await sendKept(service, account);
  const refused = await sendRefused(service, account);
  const provoked = await provokeErrors(folder, service, account);
  const asked = await askForAll(service, account, leaving);
  const told = await toldToEverybody(service);
  const { stdout, stderr } = await service.stop();

  const secrets = Object.fromEntries(
    [account.api_key, kept.apiKey, leaving.api_key].flatMap((key, index) => {
      const [, , secret = ''] = key.split('_');
      return [
        [`key ${String(index)}`, key],
        [`secret ${String(index)}`, secret],
      ];
    }),
  );
  const { device, cursor, stored } = kept;
  const mayNotBeLogged = {
    ...refused,
    ...provoked,
    ...secrets,
    ...stored,
    device,
    cursor,
    account: account.account_id,
    leaving: leaving.account_id,
    ...asked,
  };
  const logs = Buffer.from(stdout + stderr + readFileSync(join(folder, 'postgres.log'), 'utf8'));
  expect(stderr.split('\n').length).toBeGreaterThan(15);
  expect(findings(logs, mayNotBeLogged)).toEqual([]);
  expect(told).toContain('mhb_sync_requests_total{method="DELETE",route="/v1/account",status="200"} 1');
  expect(findings(Buffer.from(told), mayNotBeLogged)).toEqual([]);
  const { all, done } = operationsIn(documentOf(), stderr);
  expect(all.filter((operation) => !done.has(operation))).toEqual([]);

  // The number of a batch that was rolled back stays in the database's own log for a while, and tells nothing.
  const { refusedBatch: _, ...mayNotBeKept } = { ...refused, ...secrets, device, cursor };
  const data = everythingIn(folder);
  expect(findings(data, mayNotBeKept)).toEqual([]);
  // The search finds what is there.
  expect(findings(data, stored)).toEqual(Object.keys(stored));
});
