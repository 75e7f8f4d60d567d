/** TLS of the service itself: the certificate that was given, the one that replaced it, and never none. */
import { limits } from '@mhb/core-domain/wire';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, get, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectPlainly } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runningConnection } from '../database/embedded.ts';
import { FIRST, SECOND, type TestCertificate } from './certificates.testing.ts';
import { createAccountIn, dataFolder, run, type RunningService, serve } from '../process.testing.ts';
import { DEVICE_ID, newChange, newId, WAITING } from '../testing.ts';

const put = (folder: string, { cert, key }: TestCertificate): void => {
  for (const [name, text] of Object.entries({ cert, key })) {
    // As programs that renew do: another file under the same name.
    writeFileSync(join(folder, `${name}.new`), text, { mode: 0o600 });
    renameSync(join(folder, `${name}.new`), join(folder, name));
  }
};

const variablesOf = (folder: string) => ({
  MHB_SYNC_TLS_CERTIFICATE_FILE: join(folder, 'cert'),
  MHB_SYNC_TLS_KEY_FILE: join(folder, 'key'),
});

const serveOverTls = async (certificate: TestCertificate = FIRST) => {
  const files = dataFolder();
  put(files, certificate);
  const service = await serve(dataFolder(), [], variablesOf(files));
  return { service, files };
};

/** The status of one request by somebody who trusts this certificate and no other. */
const statusFor = (
  { address }: RunningService,
  { cert }: TestCertificate,
  agent = new Agent(),
): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(`${address}/ready`, { ca: cert, agent }, (answer) => {
      answer.resume().once('end', () => {
        resolve(answer.statusCode);
      });
    }).once('error', reject);
  });

const untilItServes = (service: RunningService, certificate: TestCertificate): Promise<void> =>
  vi.waitFor(async () => {
    expect(await statusFor(service, certificate)).toBe(200);
  }, WAITING);

test('[D8] with a certificate the service answers over TLS, on every address, and to plain http not at all', async () => {
  const files = dataFolder();
  put(files, FIRST);
  const service = await serve(dataFolder(), ['--host', '0.0.0.0'], variablesOf(files));
  const { port } = new URL(service.address);
  expect(service.address).toMatch(/^https:/);
  const here = { ...service, address: `https://127.0.0.1:${port}` };
  expect(await statusFor(here, FIRST)).toBe(200);
  await expect(statusFor(here, SECOND)).rejects.toThrow('self-signed');
  await expect(fetch(`http://127.0.0.1:${port}/ready`)).rejects.toThrow();
  expect(await statusFor(here, FIRST)).toBe(200);
  expect((await service.stop()).exit).toBe(0);
});

test('[D8] versions of TLS that are broken are not spoken', async () => {
  const { service } = await serveOverTls();
  const { port } = new URL(service.address);
  const ended = (maxVersion: 'TLSv1.1' | 'TLSv1.2'): Promise<string> =>
    new Promise((resolve) => {
      const socket: TLSSocket = connect({
        port: Number(port),
        host: '127.0.0.1',
        ca: FIRST.cert,
        minVersion: maxVersion,
        maxVersion,
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.once('secureConnect', () => {
        resolve('connected');
        socket.destroy();
      });
      socket.once('error', () => {
        resolve('refused');
      });
    });
  expect(await ended('TLSv1.2')).toBe('connected');
  expect(await ended('TLSv1.1')).toBe('refused');
  await service.stop();
});

test('[D8] whoever connects and says nothing loses the connection after as long as with plain http', async () => {
  const { service } = await serveOverTls();
  const socket = connectPlainly(Number(new URL(service.address).port), '127.0.0.1');
  const begun = performance.now();
  await once(socket, 'close');
  expect(performance.now() - begun).toBeLessThan(limits.HEADERS_TIMEOUT_MS + 5_000);
  expect(await statusFor(service, FIRST)).toBe(200);
  await service.stop();
});

test('[D8] a certificate that was renewed is used without a restart, and connections that are open go on', async () => {
  const { service, files } = await serveOverTls();
  const open = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    open.destroy();
  });
  expect(await statusFor(service, FIRST, open)).toBe(200);
  put(files, SECOND);
  await untilItServes(service, SECOND);
  await expect(statusFor(service, FIRST)).rejects.toThrow('self-signed');
  expect(await statusFor(service, FIRST, open)).toBe(200);
  expect((await service.stop()).exit).toBe(0);
});

test('[O6] told to stop, a service over TLS answers the request it has begun, however long its account is locked', async () => {
  const [files, folder] = [dataFolder(), dataFolder()];
  put(files, FIRST);
  const { api_key } = await createAccountIn(folder);
  const service = await serve(folder, [], variablesOf(files));
  const holder = new pg.Client(runningConnection(folder));
  await holder.connect();
  await holder.query('begin; select from account for no key update');
  const body = JSON.stringify({ device_id: DEVICE_ID, batch_id: newId(), changes: [newChange()] });
  const status = new Promise<number | undefined>((resolve, reject) => {
    const headers = { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' };
    request(`${service.address}/v1/sync/upload`, { method: 'POST', ca: FIRST.cert, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .once('error', reject)
      .end(body);
  });
  await vi.waitFor(async () => {
    const { rows } = await holder.query("select from pg_stat_activity where wait_event_type = 'Lock'");
    expect(rows).toHaveLength(1);
  }, WAITING);
  service.child.kill('SIGTERM');
  // Longer than what a connection without a request is left.
  await wait(1_500);
  await holder.query('commit');
  await holder.end();
  expect(await status).toBe(200);
  expect((await service.exited).exit).toBe(0);
});

test('[D8] SIGHUP reads the certificate again, through links too', async () => {
  const [files, others, links] = [dataFolder(), dataFolder(), dataFolder()];
  put(files, FIRST);
  put(others, SECOND);
  const linkTo = (folder: string): void => {
    for (const name of ['cert', 'key']) {
      symlinkSync(join(folder, name), join(links, `${name}.new`));
      renameSync(join(links, `${name}.new`), join(links, name));
    }
  };
  linkTo(files);
  const service = await serve(dataFolder(), [], variablesOf(links));
  // Nothing has changed yet, so only the signal can have been the reason.
  service.child.kill('SIGHUP');
  await vi.waitFor(() => {
    expect(service.stderr()).toContain(
      'mhb-sync: The certificate was read again; it is good until 2126-11-05',
    );
  }, WAITING);
  linkTo(others);
  service.child.kill('SIGHUP');
  await untilItServes(service, SECOND);
  expect((await service.stop()).exit).toBe(0);
});

test('[D8] SIGHUP in the middle of the start does not end the service', async () => {
  const files = dataFolder();
  put(files, FIRST);
  const folder = dataFolder();
  const starting = serve(folder, [], variablesOf(files));
  // The lock says that the start has come as far as the database.
  const lock = join(folder, 'service.pid');
  await vi.waitFor(() => {
    expect(existsSync(lock)).toBe(true);
  }, WAITING);
  process.kill(Number.parseInt(readFileSync(lock, 'utf8'), 10), 'SIGHUP');
  const service = await starting;
  expect(await statusFor(service, FIRST)).toBe(200);
  expect((await service.stop()).exit).toBe(0);
});

test('[D8] a renewal that can not be used is said, and the certificate before it stays', async () => {
  const { service, files } = await serveOverTls();
  writeFileSync(join(files, 'cert'), SECOND.cert);
  service.child.kill('SIGHUP');
  await vi.waitFor(() => {
    expect(service.stderr()).toContain(
      'mhb-sync: MHB_SYNC_TLS_KEY_FILE names a key that is not the one of the certificate. Give the two that belong together. The certificate before it stays.',
    );
  }, WAITING);
  expect(await statusFor(service, FIRST)).toBe(200);
  writeFileSync(join(files, 'key'), SECOND.key);
  await untilItServes(service, SECOND);
  expect(service.stderr()).not.toContain(SECOND.key.split('\n')[1]);
  await service.stop();
});

test.each([
  ['cert', undefined, 'MHB_SYNC_TLS_CERTIFICATE_FILE names a file that can’t be read.'],
  ['key', undefined, 'MHB_SYNC_TLS_KEY_FILE names a file that can’t be read.'],
  ['cert', FIRST.key, 'MHB_SYNC_TLS_CERTIFICATE_FILE names a file that is no certificate in PEM form.'],
  [
    'key',
    'marked',
    'MHB_SYNC_TLS_KEY_FILE names a file that is no private key without a passphrase in PEM form.',
  ],
  [
    'key',
    SECOND.key,
    'MHB_SYNC_TLS_KEY_FILE names a key that is not the one of the certificate. Give the two that belong together.',
  ],
] as const)(
  '[O6] a %s that can not be used ends the start with one sentence: %#',
  async (name, text, sentence) => {
    const files = dataFolder();
    put(files, FIRST);
    if (text === undefined) renameSync(join(files, name), join(files, 'elsewhere'));
    else writeFileSync(join(files, name), text);
    const { exit, stdout, stderr } = await run(
      ['serve', '--port', '0', '--data-dir', dataFolder()],
      variablesOf(files),
    );
    expect([exit, stdout, stderr]).toEqual([1, '', `mhb-sync: ${sentence}\n`]);
  },
);
