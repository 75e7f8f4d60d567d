/** A service from its start to its end: the line it prints, what it leaves on disk, and how it stops. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runningConnection } from './database/embedded.ts';
import { ask, createAccountIn, dataFolder, isRunning, postmasterOf, run, serve } from './process.testing.ts';
import { DEVICE_ID, newChange, newId, WAITING } from './testing.ts';

const uploadOf = (changes = [newChange()]) =>
  ['POST', '/v1/sync/upload', { device_id: DEVICE_ID, batch_id: newId(), changes }] as const;

const clientOf = async (folder: string): Promise<pg.Client> => {
  const connection = runningConnection(folder);
  if (connection === undefined) throw new Error('no database runs in the folder');
  const client = new pg.Client(connection);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
};

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const isRoot = process.getuid?.() === 0;

test('[O6] a service prints one line when it is ready, and stops itself and its database when it is told to', async () => {
  const folder = dataFolder();
  const service = await serve(folder);
  expect(service.stdout()).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  expect((await fetch(`${service.address}/ready`)).status).toBe(200);
  const postmaster = postmasterOf(folder)!;
  expect(isRunning(postmaster)).toBe(true);

  const { exit, stdout } = await service.stop();
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^listening on [^\n]*\n$/);
  expect(isRunning(postmaster)).toBe(false);
  expect(readdirSync(folder).toSorted()).toEqual(['postgres', 'postgres.log']);
});

test('it keeps a connection for longer than Caddy, the most patient of the proxies, so that none meets one that just closed', async () => {
  const service = await serve(dataFolder());
  const { headers } = await fetch(`${service.address}/health`);
  const seconds = /^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '')?.[1];
  expect(Number(seconds)).toBeGreaterThan(120);
  await service.stop();
});

test('[F75] a service whose log nobody takes any more goes on', async () => {
  const folder = dataFolder();
  const service = await serve(folder);
  const account = await createAccountIn(folder);
  service.child.stdout?.destroy();
  service.child.stderr?.destroy();
  for (let times = 0; times < 20; times += 1)
    expect((await ask(service, account, uploadOf())).status).toBe(200);
  expect(isRunning(service.child.pid!)).toBe(true);
  const { exit } = await service.stop();
  expect(exit).toBe(0);
});

test('[O6] the data folder is open to nobody else, and neither are its files', async () => {
  const folder = dataFolder();
  chmodSync(folder, 0o755);
  const service = await serve(folder);
  // As root, Postgres runs as another user, who has to pass through and can't look around.
  expect(modeOf(folder)).toBe(isRoot ? '711' : '700');
  expect(modeOf(join(folder, 'postgres'))).toBe('700');
  expect(modeOf(join(folder, 'postgres.log'))).toBe('600');
  expect(modeOf(join(folder, 'service.pid'))).toBe('600');
  await service.stop();
});

test('[O6] a data folder that is long to write works as well, and with it one that is not there yet', async () => {
  const folder = join(dataFolder(), 'a'.repeat(60), 'b'.repeat(60));
  mkdirSync(join(folder, '..'), { mode: 0o700 });
  const service = await serve(folder);
  expect((await fetch(`${service.address}/ready`)).status).toBe(200);
  const postmaster = postmasterOf(folder)!;
  await service.stop();
  expect(isRunning(postmaster)).toBe(false);
});

test('[O6] its database has checksums, no network port, and nothing of a statement in its log', async () => {
  const folder = dataFolder();
  const service = await serve(folder);
  const client = await clientOf(folder);
  const setting = async (name: string): Promise<unknown> =>
    (await client.query<{ value: string }>('select current_setting($1) as value', [name])).rows[0]?.value;
  expect(await setting('data_checksums')).toBe('on');
  expect(await setting('listen_addresses')).toBe('');
  expect(await setting('fsync')).toBe('on');
  const tcp = readFileSync('/proc/net/tcp', 'latin1') + readFileSync('/proc/net/tcp6', 'latin1');
  expect(tcp).not.toContain(`:${(5432).toString(16).toUpperCase()} 00000000:0000 0A`);

  for (const [text, values] of [
    ['select marked_statement', []],
    ['select $1::int', ['marked value']],
    ["do $$ begin raise exception 'marked words' using detail = 'marked detail'; end $$", []],
  ] as const) {
    await expect(client.query(text, [...values])).rejects.toThrow(/marked/);
  }
  // What comes later is in the log, so what came before would be.
  await client.query('checkpoint');
  const logged = (): string => readFileSync(join(folder, 'postgres.log'), 'utf8');
  await vi.waitFor(() => {
    expect(logged()).toContain('checkpoint complete');
  }, WAITING);
  expect(logged()).not.toMatch(/marked|ERROR|STATEMENT|DETAIL|CONTEXT/);
  await client.end();
  await service.stop();
});

test('[O6] told to stop, it finishes the request it has begun and takes no other', async () => {
  const folder = dataFolder();
  const account = await createAccountIn(folder);
  const service = await serve(folder);
  const holder = await clientOf(folder);
  await holder.query('begin; select from account for no key update');
  const begun = ask<{ head: number }>(service, account, uploadOf());
  const watcher = await clientOf(folder);
  await vi.waitFor(async () => {
    const { rows } = await watcher.query("select from pg_stat_activity where wait_event_type = 'Lock'");
    expect(rows).toHaveLength(1);
  }, WAITING);

  service.child.kill('SIGTERM');
  await vi.waitFor(async () => {
    await expect(fetch(`${service.address}/health`)).rejects.toThrow();
  }, WAITING);
  expect(isRunning(service.child.pid!)).toBe(true);
  await holder.query('commit');
  await Promise.all([holder.end(), watcher.end()]);
  expect(await begun).toMatchObject({ status: 200, body: { head: 1 } });
  expect((await service.exited).exit).toBe(0);
});

test('[O6] accounts are made while the service runs and while it does not, each with a key that works', async () => {
  const folder = dataFolder();
  const before = await createAccountIn(folder);
  expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false);
  const service = await serve(folder);
  const meanwhile = await createAccountIn(folder);
  for (const account of [before, meanwhile]) {
    expect(account.account_id).toMatch(/^[0-9a-f]{32}$/);
    expect(account.api_key.slice(4, 36)).toBe(account.account_id);
    expect((await ask(service, account, uploadOf())).status).toBe(200);
  }
  expect((await service.stop()).exit).toBe(0);
});

test('[O6] a second service on one folder is refused with one sentence, and the first goes on', async () => {
  const folder = dataFolder();
  const service = await serve(folder);
  const { exit, stdout, stderr } = await run(['serve', '--port', '0', '--data-dir', folder]);
  expect([exit, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    `mhb-sync: The folder ${folder} is in use by another mhb-sync (pid ${String(service.child.pid)}). Stop it first.\n`,
  );
  expect((await fetch(`${service.address}/ready`)).status).toBe(200);
  await service.stop();
});

test('[O6] two services that start at once on a new folder: one serves, the other is refused', async () => {
  const folder = dataFolder();
  const refusals: unknown[] = [];
  const starts = [serve(folder), serve(folder)].map((start) =>
    start.catch((error: unknown) => {
      refusals.push(error);
    }),
  );
  const served = (await Promise.all(starts)).filter((service) => service !== undefined);
  expect(served).toHaveLength(1);
  expect(String(refusals)).toContain('is in use by another mhb-sync');
  expect((await fetch(`${served[0]!.address}/ready`)).status).toBe(200);
  await served[0]!.stop();
});

test('[O6] started by a program, it stops when that program lets go of its input, and not before', async () => {
  const service = await serve(dataFolder(), ['--while-stdin-open']);
  expect((await fetch(`${service.address}/ready`)).status).toBe(200);
  service.child.stdin?.end();
  expect((await service.exited).exit).toBe(0);
});

test('[O6] started by a program on a folder it can not have, it says so and ends while that program still waits', async () => {
  const folder = dataFolder();
  const first = await serve(folder);
  await expect(serve(folder, ['--while-stdin-open'])).rejects.toThrow('is in use by another mhb-sync');
  await first.stop();
});
