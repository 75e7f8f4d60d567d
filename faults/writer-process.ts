/**
 * A device in a process of its own that writes until it is killed, and tells each entry once it was answered.
 *
 *   node faults/writer-process.ts <data folder> entries|backups|import|migration
 */
import { writeSync } from 'node:fs';
import { openHostedDevice } from '../apps/desktop/host/open-device.ts';
import { HISTORY } from '../simulation/programs.ts';

export type Work = 'entries' | 'backups' | 'import' | 'migration';

const [, , dataDir = '', work = 'entries'] = process.argv;

// Not through a stream: what was answered is told before anything else happens.
const tell = (text: string): void => {
  writeSync(1, `${text}\n`);
};

tell('begins');
const opened = await openHostedDevice({ dataDir });
if (!opened.ok) throw new Error(`the device did not open: ${opened.error.type}`);
const { device, close } = opened.value;

const run = async (command: string, input: object = {}): Promise<unknown> => {
  const answer = await device.call(command, input);
  if ('error' in answer) throw new Error(`${command} was refused: ${answer.error.message}`);
  return answer.value;
};

if (work === 'import') await run('import_original', { file: HISTORY });
// A migration is what opening does; there is nothing more to be done then.
for (let rating = 1; work === 'entries' || work === 'backups'; rating = (rating % 7) + 1) {
  const { id } = (await run('log_mood', { mood_rating: rating })) as { readonly id: string };
  tell(id);
  if (work === 'backups') await run('back_up_now');
}
close();
