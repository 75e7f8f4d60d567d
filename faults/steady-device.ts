/**
 * A device in a process of its own that writes and syncs until it is killed, and tells each entry once it was answered.
 *
 *   node faults/steady-device.ts <data folder> <input of enable_sync>
 *
 * Prints `begins`, a line of JSON per answered entry, and `synced` per sync that came to its end.
 */
import { writeSync } from 'node:fs';
import { openHostedDevice } from '../apps/desktop/host/open-device.ts';

const [, , dataDir = '', joining = '{}'] = process.argv;

const opened = await openHostedDevice({ dataDir });
if (!opened.ok) throw new Error(`the device did not open: ${opened.error.type}`);
const { device } = opened.value;

// Not through a stream: what was answered is told before anything else happens.
const tell = (text: string): void => {
  writeSync(1, `${text}\n`);
};

tell('begins');
for (let number = 1; ; number += 1) {
  const answer = await device.call('log_mood', { mood_rating: (number % 7) + 1 });
  if ('error' in answer) throw new Error(`log_mood was refused: ${answer.error.type}`);
  tell(JSON.stringify({ id: (answer.value as { readonly id: string }).id }));
  const status = await device.call('get_sync_status', {});
  const isOn = 'value' in status && (status.value as { readonly phase: string }).phase === 'on';
  const synced = isOn
    ? await device.call('sync_now', {})
    : await device.call('enable_sync', JSON.parse(joining));
  if ('value' in synced) tell('synced');
}
