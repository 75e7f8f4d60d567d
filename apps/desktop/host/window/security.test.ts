/**
 * [C25] [C26] [C27] Who is not our own page gets nothing and changes nothing: other names, other sites, other programs
 * and users of this computer.
 */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { KEY_LIVES_MS } from './door.ts';
import { makePage, movedClock, newFolder, send, startTestHost, type TestHost } from './host.testing.ts';

const countMoods = async (host: TestHost): Promise<number> => {
  const { value } = await host.post('/call/get_mood_history', {});
  return Array.isArray(value) ? value.length : -1;
};

const logMood = { method: 'POST', body: '{"mood_rating":7}' };
const json = { 'Content-Type': 'application/json' };

test.each([
  ['a name of somebody else', { Host: 'evil.example' }, 421],
  ['that name with our port', { Host: 'evil.example:{port}' }, 421],
  ['our address without the port', { Host: '127.0.0.1' }, 421],
  ['another address of this computer', { Host: '0.0.0.0:{port}' }, 421],
  ['a name that begins like ours', { Host: 'localhost:{port}.evil.example' }, 421],
  ['another site', { Origin: 'https://evil.example' }, 403],
  ['another port of this computer', { Origin: 'http://127.0.0.1:1' }, 403],
  ['no origin at all', { Origin: undefined }, 403],
  ['the origin of a file', { Origin: 'null' }, 403],
  ['a cross-site fetch', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['another port’s fetch', { 'Sec-Fetch-Site': 'same-site' }, 403],
  ['an address that was typed', { 'Sec-Fetch-Site': 'none' }, 403],
  ['no cookie', { Cookie: undefined }, 401],
  ['a cookie of the right name', { Cookie: 'mhb_door_{port}=x' }, 401],
  ['the cookie of another port', { Cookie: 'mhb_door_1={door}' }, 401],
  ['no bearer', { Authorization: undefined }, 401],
  ['the cookie’s secret as bearer', { Authorization: 'Bearer {door}' }, 401],
  ['a form', { 'Content-Type': 'text/plain' }, 415],
  ['a form of the other kind', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
])('a request with %s changes nothing', async (_, change: Record<string, string | undefined>, status) => {
  const host = await startTestHost();
  const door = host.cookie.split('=')[1] ?? '';
  const all: Record<string, string | undefined> = { ...host.ours, ...json, ...change };
  const filled = Object.entries(all).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [[name, value.replace('{port}', String(host.port)).replace('{door}', door)] as const],
  );
  const answered = await send(host.port, '/call/log_mood', {
    ...logMood,
    headers: Object.fromEntries(filled),
  });
  expect(answered.status).toBe(status);
  expect(Object.keys(answered.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect(await countMoods(host)).toBe(0);
});

const raw = async (port: number, lines: readonly string[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.end(`${lines.join('\r\n')}\r\n\r\n`);
  return text(socket);
};

test('a request that names no host, two hosts, or a whole address is refused', async () => {
  const { port } = await startTestHost();
  const ours = `Host: 127.0.0.1:${String(port)}`;
  expect(await raw(port, ['GET / HTTP/1.0'])).toMatch(/^HTTP\/1\.1 400 /);
  expect(await raw(port, ['GET / HTTP/1.1', 'Connection: close'])).toMatch(/^HTTP\/1\.1 400 /);
  expect(await raw(port, ['GET / HTTP/1.1', ours, 'Host: evil.example', 'Connection: close'])).toMatch(
    /^HTTP\/1\.1 400 /,
  );
  expect(await raw(port, ['GET http://evil.example/ HTTP/1.1', ours, 'Connection: close'])).toMatch(
    /^HTTP\/1\.1 400 /,
  );
});

test.each(['/', '/index.html', '/_app/immutable/page.js', '/events', '/settings', '/export/export_json'])(
  'without the cookie %s is not given, the bearer or not',
  async (path) => {
    const host = await startTestHost();
    const { Cookie: _, ...withoutCookie } = host.ours;
    expect((await send(host.port, path, { headers: withoutCookie })).status).toBe(401);
    expect((await send(host.port, path)).status).toBe(401);
  },
);

test.each(['/events', '/settings', '/export/export_json'])(
  'another origin does not get %s, cookie and bearer and all',
  async (path) => {
    const host = await startTestHost();
    for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }])
      expect((await host.send(path, { headers })).status).toBe(403);
    const { Authorization: _, ...withoutBearer } = host.ours;
    expect((await send(host.port, path, { headers: withoutBearer })).status).toBe(401);
  },
);

test('nothing else than GET, HEAD and POST is answered', async () => {
  const host = await startTestHost();
  for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])
    expect((await host.send('/', { method })).status).toBe(405);
  expect((await host.send('/', { method: 'HEAD' })).status).toBe(200);
});

test('a key lets one page in, once, and for two minutes', async () => {
  const clock = movedClock();
  const host = await startTestHost(clock);
  const open = async (url: string, method = 'GET') =>
    send(host.port, new URL(url).pathname + new URL(url).search, { method });
  const again = await open(host.url);
  expect(again.status).toBe(401);
  expect(again.body).toContain('This link has been used. Open Mental Health Bar again.');
  expect(again.headers['set-cookie']).toBeUndefined();

  const inTime = host.mintUrl();
  const late = host.mintUrl();
  clock.move(KEY_LIVES_MS - 1);
  const opened = await open(inTime);
  expect(opened.status).toBe(303);
  expect(opened.headers['set-cookie']).toEqual([
    expect.stringMatching(/^mhb_door_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/),
  ]);
  clock.move(1);
  expect((await open(late)).status).toBe(401);
  expect((await send(host.port, '/open?key=')).status).toBe(401);
  expect((await send(host.port, '/open')).status).toBe(401);
  const foreign = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
  const { search } = new URL(host.mintUrl());
  expect((await send(host.port, `/open${search}`, { headers: foreign })).status).toBe(403);
});

test('no path leads out of the folder of the page', async () => {
  const page = makePage();
  writeFileSync(join(page, '..', 'mhb-outside.txt'), 'outside');
  const host = await startTestHost({ page });
  for (const path of [
    '/../mhb-outside.txt',
    '/..%2fmhb-outside.txt',
    '/%2e%2e/mhb-outside.txt',
    '/_app/../../mhb-outside.txt',
    '/..\\mhb-outside.txt',
    '/%00',
    '/%',
    '//evil.example/',
    `/${join(page, '..', 'mhb-outside.txt')}`,
  ]) {
    const { status, body } = await host.send(path);
    expect(body).not.toContain('outside');
    expect([200, 400, 404]).toContain(status);
  }
});

test('every answer has the headers that keep the page to itself', async () => {
  const host = await startTestHost();
  for (const [path, headers] of [
    ['/', {}],
    ['/settings', {}],
    ['/nothing.js', {}],
    ['/', { Host: 'evil.example' }],
    ['/', { Cookie: '' }],
    ['/open', {}],
  ] as const) {
    expect((await host.send(path, { headers })).headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'self'") as string,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  }
  const { headers } = await host.send('/_app/immutable/page.js');
  expect(headers['cache-control']).toBe('private, max-age=31536000, immutable');
});

test('a page may name no file of this computer', async () => {
  const host = await startTestHost();
  const file = join(newFolder(), 'x');
  for (const name of ['export_json', 'export_csv', 'import_json', 'import_original', 'import_daylio'])
    expect(await host.post(`/call/${name}`, { file, to: file })).toMatchObject({
      error: { type: 'NotFromTheWindow' },
    });
  for (const backup of [file, join(host.dataDir, 'backups', '..', 'device.db'), '/etc/passwd'])
    expect(await host.post('/call/restore_backup', { file: backup })).toMatchObject({
      error: { type: 'NotFromTheWindow' },
    });
  expect(existsSync(file)).toBe(false);
  expect(await host.post('/call/back_up_now', {})).not.toHaveProperty('error');
  const { value } = await host.post('/call/list_backups', {});
  const { file: made } = (value as readonly { readonly file: string }[])[0] ?? { file: '' };
  expect(await host.post('/call/restore_backup', { file: made })).not.toHaveProperty('error');
});

test('no refusal and no log repeats a secret or what was sent', async () => {
  const written = vi.spyOn(process.stderr, 'write');
  const host = await startTestHost();
  const words = 'zebra-giraffe';
  const bodies: string[] = [];
  const keep = async (path: string, sent: Parameters<TestHost['send']>[1]) =>
    bodies.push((await host.send(path, sent)).body);
  await keep('/call/log_mood', { method: 'POST', headers: json, body: `{"notes": ${words}` });
  await keep('/call/log_mood', { method: 'POST', headers: json, body: `{"notes": 7, "x": "${words}"}` });
  await keep(`/call/log_mood`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ mood_rating: words }),
  });
  await keep('/settings', { method: 'POST', headers: json, body: JSON.stringify({ theme: words }) });
  await keep('/settings', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ help_contacts: [words] }),
  });
  await keep('/unlock', { method: 'POST', headers: json, body: JSON.stringify({ passphrase: [words] }) });
  await keep(`/import/import_json?input=${words}`, { method: 'POST', body: words });
  await keep(`/import/import_json`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: words,
  });
  await keep(`/${words}`, { method: 'POST' });
  expect(bodies).toHaveLength(9);
  const said = [...bodies, ...written.mock.calls.map(([line]) => String(line))].join('\n');
  expect(said).toContain('"error"');
  for (const secret of [words, host.bearer, host.cookie.split('=')[1] ?? '', host.dataDir])
    expect(said).not.toContain(secret);
  written.mockRestore();
});

test('[C24] whatever it writes is its owner’s alone', async () => {
  const host = await startTestHost();
  await host.post('/settings', { theme: 'dark' });
  await host.post('/call/back_up_now', {});
  const files = readdirSync(host.dataDir, { recursive: true, withFileTypes: true });
  expect(files.map(({ name }) => name)).toContain('window.json');
  for (const file of files) {
    const { mode } = statSync(join(file.parentPath, file.name));
    expect([file.name, mode & 0o077]).toEqual([file.name, 0]);
  }
});
