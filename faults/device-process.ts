/**
 * A device in a process of its own, to be killed: it works, tells each change once that was answered, and syncs.
 *
 *   node faults/device-process.ts <data folder> <how many check-ins> [<input of enable_sync>]
 *
 * Prints a line of JSON per answered change, `{"id", "notes"}`, then `{"syncing": true}` and `{"synced": …}`.
 */
import { writeSync } from 'node:fs';
import { openHostedDevice } from '../apps/desktop/host/open-device.ts';

const [, , dataDir = '', count = '0', joining] = process.argv;

const opened = await openHostedDevice({ dataDir });
if (!opened.ok) throw new Error(`the device did not open: ${opened.error.type}`);
const { device, close } = opened.value;

// Not through a stream: what was answered is told before anything else happens.
const tell = (fact: unknown): void => {
  writeSync(1, `${JSON.stringify(fact)}\n`);
};

const run = async (command: string, input: unknown): Promise<unknown> => {
  const answer = await device.call(command, input);
  if ('error' in answer) throw new Error(`${command} was refused: ${answer.error.message}`);
  return answer.value;
};

const activities = (await run('get_activities', {})) as readonly { readonly id: string }[];
for (let number = 1; number <= Number(count); number += 1) {
  const mood = {
    mood_rating: (number % 7) + 1,
    notes: `made by process ${String(process.pid)}, ${String(number)}`,
  };
  const { id } = (await run('log_mood', mood)) as { readonly id: string };
  tell({ id, notes: mood.notes });
  if (number % 3 === 0) {
    const notes = `${mood.notes}, edited`;
    await run('update_mood_checkin', { id, notes });
    tell({ id, notes });
  }
  // Both devices edit the same activities, so that their uploads meet.
  const shared = activities[number % 5];
  if (shared !== undefined) {
    await run('update_activity', { id: shared.id, icon: String(process.pid % 1_000) });
  }
}
tell({ syncing: true });
const status = (await run('get_sync_status', {})) as { readonly phase: string };
const synced =
  joining === undefined || status.phase === 'on'
    ? await device.call('sync_now', {})
    : await device.call('enable_sync', JSON.parse(joining));
tell({ synced });
close();
