/** What the page asks of the host: commands, events, files to bring in and out, and the settings of this computer. */
import { strFromU8, unzipSync } from 'fflate';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { HEARTBEAT_MS } from './live-events.ts';
import { movedClock, send, startTestHost, type TestHost } from './host.testing.ts';
import { defaultSettings } from './settings.ts';

const SAMPLE = fileURLToPath(new URL('../../../../fixtures/original-app.db', import.meta.url));
const bytes = { 'Content-Type': 'application/octet-stream' };
const json = { 'Content-Type': 'application/json' };

test('a command answers what the device answers, its refusals too', async () => {
  const host = await startTestHost();
  expect(await host.post('/call/log_mood', { mood_rating: 4 })).toMatchObject({ value: { mood_rating: 4 } });
  expect(await host.post('/call/log_mood', { mood_rating: 9 })).toMatchObject({
    error: { type: 'InvalidInput', fields: ['mood_rating'] },
  });
  expect(await host.post('/call/nothing', {})).toMatchObject({ error: { type: 'UnknownCommand' } });
  expect(await host.post('/call/constructor', {})).toMatchObject({ error: { type: 'UnknownCommand' } });
  const broken = await host.send('/call/log_mood', { method: 'POST', headers: json, body: '{' });
  expect([broken.status, JSON.parse(broken.body)]).toMatchObject([400, { error: { type: 'InvalidJson' } }]);
});

test('more than four mebibytes are refused', async () => {
  const host = await startTestHost();
  const body = JSON.stringify({ mood_rating: 4, notes: 'x'.repeat(4 * 1_048_576) });
  const answered = await host.send('/call/log_mood', { method: 'POST', headers: json, body }).catch(() => ({
    status: 413,
  }));
  expect(answered.status).toBe(413);
  expect(await host.post('/call/get_mood_history', {})).toEqual({ value: [] });
});

test('a page hears the state first, then each change once a turn, and a sign of life', async () => {
  const clock = movedClock();
  const pages = vi.fn();
  const host = await startTestHost({ ...clock, onPages: pages });
  const heard = host.events(({ event }) => event === 'heartbeat');
  await vi.waitUntil(() => host.pages() === 1);
  await host.post('/call/log_mood', { mood_rating: 4 });
  await host.post('/settings', { theme: 'dark' });
  clock.move(HEARTBEAT_MS);
  const events = await heard;
  expect(events[0]).toMatchObject({
    event: 'state',
    data: { phase: 'ready', sync: 'halted', settings: defaultSettings },
  });
  expect(events).toContainEqual({ event: 'changed', data: { kinds: ['mood_entry'] } });
  expect(events.filter(({ event }) => event === 'state').at(-1)?.data).toMatchObject({
    settings: { theme: 'dark' },
  });
  await vi.waitUntil(() => host.pages() === 0);
  expect(pages.mock.calls).toEqual([[1], [0]]);
});

test('a reminder that is due comes into the page, which counts as having been shown', async () => {
  const clock = movedClock();
  const host = await startTestHost(clock);
  const time_of_day = new Date(clock.nowMs() + 30 * 60_000).toTimeString().slice(0, 5);
  await host.post('/call/create_schedule', { instrument: 'PHQ9', frequency: 'daily', time_of_day });
  const heard = host.events(({ event }) => event === 'reminder');
  await vi.waitUntil(() => host.pages() === 1);
  clock.move(31 * 60_000);
  expect((await heard).at(-1)?.data).toEqual({
    schedule_id: expect.any(String) as string,
    instrument: 'PHQ9',
  });
});

const importSample = async (host: TestHost) =>
  JSON.parse(
    (
      await host.send(
        `/import/import_original?input=${encodeURIComponent('{"time_zone":"Europe/Berlin"}')}`,
        {
          method: 'POST',
          headers: bytes,
          body: readFileSync(SAMPLE),
        },
      )
    ).body,
  ) as unknown;

const leftFiles = ({ dataDir }: TestHost): readonly string[] => {
  const folder = join(dataDir, 'window-files');
  return existsSync(folder) ? readdirSync(folder) : [];
};

test('a chosen file is imported, an export is fetched, and neither is left on the disk', async () => {
  const host = await startTestHost();
  expect(await importSample(host)).toMatchObject({
    value: { time_zone: 'Europe/Berlin', changed: expect.any(Number) as number },
  });
  const exported = await host.send('/export/export_json');
  expect(exported.headers['content-disposition']).toMatch(
    /^attachment; filename="mental-health-bar-\d{4}-\d\d-\d\d\.json"$/,
  );
  await vi.waitUntil(() => leftFiles(host).length === 0);

  const other = await startTestHost();
  const again = await other.send('/import/import_json', {
    method: 'POST',
    headers: bytes,
    body: exported.body,
  });
  expect(JSON.parse(again.body)).toMatchObject({ value: { skipped: 0 } });
  expect((await other.send('/export/export_json')).body).toBe(exported.body);
  await vi.waitUntil(() => leftFiles(other).length === 0);
});

test('an export as CSV is one zip with a file for each kind', async () => {
  const host = await startTestHost();
  await host.post('/call/log_mood', { mood_rating: 4, notes: 'täglich; "gut"' });
  const port = host.port;
  const zip = await new Promise<Buffer>((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', path: '/export/export_csv', headers: host.ours });
    asking.on('response', (response) => {
      void response.toArray().then((chunks: Buffer[]) => {
        resolve(Buffer.concat(chunks));
      }, reject);
    });
    asking.end();
  });
  const files = unzipSync(zip);
  expect(Object.keys(files).every((name) => name.endsWith('.csv'))).toBe(true);
  expect(
    Object.values(files)
      .map((file) => strFromU8(file))
      .join(''),
  ).toContain('täglich; ""gut""');
  await vi.waitUntil(() => leftFiles(host).length === 0);
});

test('what is not to be imported or exported is refused, and left nowhere', async () => {
  const host = await startTestHost();
  const post = async (path: string, headers: Record<string, string>) =>
    (await host.send(path, { method: 'POST', headers, body: 'not a database' })).status;
  expect(await post('/import/delete_all_data', bytes)).toBe(404);
  expect(await post('/import/export_json', bytes)).toBe(404);
  expect(await post('/import/import_json', json)).toBe(415);
  expect(await post('/import/import_json?input=[]', bytes)).toBe(400);
  expect(await post('/import/import_json', bytes)).toBe(200);
  expect((await host.send('/export/get_mood_history')).status).toBe(404);
  await vi.waitUntil(() => leftFiles(host).length === 0);
});

test('settings are kept from one start to the next, and what does not fit is refused whole', async () => {
  const host = await startTestHost();
  const contact = { name: 'Telephone support', number: '116 123', note: 'day and night' };
  await host.post('/settings', { theme: 'dark', help_contacts: [contact], lock_after_minutes: 10 });
  for (const wrong of [
    { theme: 'pink' },
    { background: 'yes' },
    { unknown: 1 },
    { lock_after_minutes: 0 },
    { help_contacts: Array.from({ length: 11 }, () => contact) },
    { help_contacts: [{ ...contact, name: ' ' }] },
    { help_contacts: [{ ...contact, note: 'x'.repeat(201) }] },
    { theme: 'light', shortcuts: 3 },
    [],
    null,
  ])
    expect(await host.post('/settings', wrong)).toMatchObject({ error: { type: 'InvalidInput' } });
  await host.stop();
  const again = await startTestHost({ dataDir: host.dataDir });
  const { body } = await again.send('/settings');
  expect(JSON.parse(body)).toEqual({
    value: { ...defaultSettings, theme: 'dark', help_contacts: [contact], lock_after_minutes: 10 },
  });
});

test('settings that are damaged count as none; a field of a later version takes no other with it', async () => {
  const { dataDir, stop } = await startTestHost();
  await stop();
  const read = async (text: string) => {
    writeFileSync(join(dataDir, 'window.json'), text);
    const host = await startTestHost({ dataDir });
    const { body } = await host.send('/settings');
    await host.stop();
    return (JSON.parse(body) as { value: unknown }).value;
  };
  expect(await read('{"theme":')).toEqual(defaultSettings);
  expect(await read('[]')).toEqual(defaultSettings);
  expect(await read('{"theme":"sepia","shortcuts":false,"new":1}')).toEqual({
    ...defaultSettings,
    shortcuts: false,
  });
});

test('a page of the app may have the name of a route', async () => {
  const host = await startTestHost();
  const headers = { Cookie: host.cookie, Accept: 'text/html', 'Sec-Fetch-Site': 'same-origin' };
  const { body, status } = await send(host.port, '/settings', { headers });
  expect([status, body.includes('<!doctype html>')]).toEqual([200, true]);
});
