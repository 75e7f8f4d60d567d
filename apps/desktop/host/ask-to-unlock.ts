/**
 * Asks on the terminal for what unlocks encrypted entries. Where nobody can be asked, the environment variable
 * MHB_PASSPHRASE_FILE names a file whose first line is the passphrase.
 */
import askPassword from '@inquirer/password';
import { failureText, type NotOpened, type UnlockWith } from '@mhb/device';
import { readFileSync } from 'node:fs';

const RECOVERY_KEY_WORDS = 24;

export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isInteractive: boolean;
}

export const thisTerminal = (): Terminal => ({
  environment: process.env,
  isInteractive: process.stdin.isTTY && process.stderr.isTTY,
});

/** Each opening has one of its own: a file that holds the wrong passphrase is not tried again and again. */
export const createAskToUnlock = ({ environment, isInteractive }: Terminal = thisTerminal()) => {
  let fileWasTried = false;
  return async (locked: NotOpened): Promise<UnlockWith | undefined> => {
    const file = environment.MHB_PASSPHRASE_FILE;
    if (file !== undefined && !fileWasTried) {
      fileWasTried = true;
      return unlockWith(firstLineOf(file));
    }
    if (!isInteractive) return undefined;
    process.stderr.write(`${failureText(locked)}\n`);
    return unlockWith((await askHidden('Passphrase, or the twenty-four words of the recovery key:')) ?? '');
  };
};

/** What a person types is not shown. Standard output stays free for the answer. `undefined` after Ctrl+C. */
export const askHidden = async (message: string): Promise<string | undefined> => {
  try {
    return await askPassword({ message, mask: '•' }, { output: process.stderr, clearPromptOnDone: true });
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') return undefined;
    throw error;
  }
};

/** Twenty-four words are the recovery key; whatever else somebody gives is the passphrase. */
export const unlockWith = (text: string): UnlockWith | undefined => {
  if (text === '') return undefined;
  const words = text.trim().split(/\s+/u);
  return words.length === RECOVERY_KEY_WORDS ? { recovery_key: text } : { passphrase: text };
};

export const firstLineOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/u)[0] ?? '';
  } catch {
    return '';
  }
};
