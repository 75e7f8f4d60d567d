/**
 * A device in a process of its own that logs moods while its disk fails, and tells of each whether it was taken; then
 * what it still shows.
 *
 *   node faults/failing-disk-process.ts <data folder> <how many>
 */
import { writeSync } from 'node:fs';
import { openHostedDevice } from '../apps/desktop/host/open-device.ts';

export interface Told {
  readonly answered: readonly string[];
  /** Why each that was refused was. */
  readonly refused: readonly string[];
  /** The notes of everything that is shown at the end, or why nothing is. */
  readonly shown: readonly string[] | string;
}

const [, , dataDir = '', count = '0'] = process.argv;

const opened = await openHostedDevice({ dataDir });
if (!opened.ok) {
  writeSync(1, JSON.stringify({ answered: [], refused: [], shown: opened.error.type } satisfies Told));
  process.exit();
}
const { device, close } = opened.value;
const answered: string[] = [];
const refused: string[] = [];
for (let number = 0; number < Number(count); number += 1) {
  const notes = `entry ${String(number)}`;
  const answer = await device.call('log_mood', { mood_rating: 1 + (number % 7), notes });
  if ('error' in answer) refused.push(answer.error.type);
  else answered.push(notes);
}
const history = await device.call('get_mood_history', { limit: 500 });
const shown =
  'error' in history
    ? history.error.type
    : (history.value as readonly { readonly notes: string }[]).map(({ notes }) => notes).reverse();
writeSync(1, JSON.stringify({ answered, refused, shown } satisfies Told));
close();
