/** How a program of this folder ends: quietly, with what a command has told already, or with a fault of its own. */
import { CommanderError } from 'commander';
import { CommandFailed } from './commands.ts';

/** Exit code 1 after a wrong flag or a failed command. */
export const runToEnd = async (act: () => Promise<void>): Promise<void> => {
  try {
    await act();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 1;
    } else if (error instanceof CommandFailed) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
};
