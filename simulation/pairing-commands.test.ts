/** Pairing and the list of devices as a person types them, with the two programs. */
import { temporaryFolder } from '@mhb/device/testing';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount, deviceIn, type RunningService, startService, turnSyncOn } from './programs.ts';

let folder: string;
let service: RunningService;
beforeAll(async () => {
  folder = temporaryFolder();
  service = await startService(join(folder, 'service'));
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

interface Listed {
  readonly device_id: string;
  readonly name: string | null;
  readonly is_this: boolean;
}

test('[E6] [E7] mhb pair lets a device in, mhb devices lists it, and revoking it ends its access', async () => {
  const [a, b] = [deviceIn(join(folder, 'a')), deviceIn(join(folder, 'b'))];
  await turnSyncOn(a, { url: service.url, api_key: await createAccount(join(folder, 'service')) });
  await a.value('call', 'log_mood', '{"mood_rating": 5}');

  const { code, stdout, stderr } = await a.mhb('pair');
  expect(code).toBe(0);
  const { pairing_link } = (JSON.parse(stdout) as { value: { pairing_link: string } }).value;
  expect(pairing_link.startsWith(`${service.url}/pair#`)).toBe(true);
  expect(stderr).toMatch(/^█{30,}\n(?:[ █▀▄]+\n){15,}$/);
  await b.value('call', 'enable_sync', JSON.stringify({ pairing_link }));
  expect(await b.exportJson()).toBe(await a.exportJson());

  const listed = (await a.value('devices')) as readonly Listed[];
  expect(listed.map(({ is_this }) => is_this).toSorted()).toEqual([false, true]);
  expect(listed.every(({ name }) => typeof name === 'string')).toBe(true);
  const other = listed.find(({ is_this }) => !is_this)?.device_id ?? '';
  expect(await a.value('devices', 'rename', other, 'Old phone')).toMatchObject({ name: 'Old phone' });
  expect(await a.value('devices', 'revoke', other)).toMatchObject({ name: 'Old phone' });
  expect(await b.answer('sync')).toMatchObject({ error: { type: 'Refused' } });
  expect(await b.exportJson()).toBe(await a.exportJson());

  const [, fragment = ''] = pairing_link.split('#');
  for (const secret of fragment.split('.')) expect(service.said()).not.toContain(secret);
  expect(service.said()).toContain('/v1/pairing/:mailbox');
});

test('mhb pair says why there is no link', async () => {
  const { code, stdout, stderr } = await deviceIn(join(folder, 'alone')).mhb('pair');
  expect(JSON.parse(stdout)).toMatchObject({ error: { type: 'SyncIsOff' } });
  expect(stderr).toMatch(/^mhb: Sync is off/);
  expect(code).toBe(1);
});
