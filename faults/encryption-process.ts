/**
 * A device in a process of its own that writes and turns encryption on and off until it is killed, and tells each
 * entry once it was answered.
 *
 *   node faults/encryption-process.ts <data folder>
 */
import { writeSync } from 'node:fs';
import { openHostedDevice } from '../apps/desktop/host/open-device.ts';

export const PASSPHRASE = 'correct horse battery';

/** As little as Argon2id allows, so that the files take most of the time. */
export const CHEAP = { memory_kib: 64, passes: 1, parallelism: 1 };

const main = async (dataDir: string): Promise<void> => {
  // Not through a stream: what was answered is told before anything else happens.
  const tell = (text: string): void => {
    writeSync(1, `${text}\n`);
  };
  tell('begins');
  const opened = await openHostedDevice({
    dataDir,
    askToUnlock: () => Promise.resolve({ passphrase: PASSPHRASE }),
    passphraseCost: CHEAP,
  });
  if (!opened.ok) throw new Error(`the device did not open: ${opened.error.type}`);
  const { device } = opened.value;
  const run = async (command: string, input: object = {}): Promise<unknown> => {
    const answer = await device.call(command, input);
    if ('error' in answer) throw new Error(`${command} was refused: ${answer.error.message}`);
    return answer.value;
  };
  const log = async (): Promise<void> => {
    tell(((await run('log_mood', { mood_rating: 4 })) as { readonly id: string }).id);
  };
  const { unlock_with } = (await run('get_encryption_status')) as { readonly unlock_with: string | null };
  if (unlock_with !== null) await run('turn_off_encryption', { passphrase: PASSPHRASE });
  for (;;) {
    await log();
    await run('back_up_now');
    await run('turn_on_encryption', { unlock_with: 'passphrase', passphrase: PASSPHRASE });
    await log();
    await run('turn_off_encryption', { passphrase: PASSPHRASE });
  }
};

if (import.meta.main) await main(process.argv[2] ?? '');
