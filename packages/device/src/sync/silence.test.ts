/** With sync off a device makes no network call at all: every socket of this process is counted. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { formatApiKey, KeyId } from '@mhb/core-domain/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandTable } from '../command-table.ts';
import { openTestDevice } from '../testing.ts';
import { connectSyncApi } from './sync-api.ts';

const HISTORY = fileURLToPath(new URL('../../../../fixtures/original-app.db', import.meta.url));

let sockets = 0;
const count = (): void => {
  sockets += 1;
};
beforeEach(() => {
  sockets = 0;
  subscribe('net.client.socket', count);
});
afterEach(() => {
  unsubscribe('net.client.socket', count);
});

test('[O7] with sync off no command opens a socket', async () => {
  const device = await openTestDevice({ connect: connectSyncApi });
  await device.run('import_original', { file: HISTORY });
  await device.run('log_mood', { mood_rating: 3 });
  for (const name of Object.keys(commandTable)) await device.call(name, {});
  expect(await device.refusal('sync_now')).toBe('SyncIsOff');
  device.exportJson();
  device.close();
  expect(sockets).toBe(0);
});

test('[O7] the counting counts: turning sync on opens one, and another where that is closed at once', async () => {
  const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const device = await openTestDevice({ connect: connectSyncApi });
  const api_key = formatApiKey({ keyId: KeyId.parse('0'.repeat(48)), secret: '0'.repeat(64) });
  const url = `http://127.0.0.1:${String(port)}`;
  expect(await device.refusal('enable_sync', { url, api_key })).toBe('Offline');
  expect(sockets).toBe(2);
  device.close();
  listener.close();
});

test('[O7] a device that turned sync off is silent again', async () => {
  const device = await openTestDevice({ connect: connectSyncApi });
  await device.run('disable_sync');
  await device.run('log_mood', { mood_rating: 3 });
  await device.call('sync_now', {});
  device.close();
  expect(sockets).toBe(0);
});
