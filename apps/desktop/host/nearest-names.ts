/** Which name was probably meant. Commander knows how to tell; it is asked with a program that has these names. */
import { Command, CommanderError } from 'commander';

const silent = { writeOut: () => undefined, writeErr: () => undefined };

/** "log_mood", "one of get_schedule, get_schedules", or `undefined` where none is near. */
export const nearestNames = (given: string, names: readonly string[]): string | undefined => {
  const program = new Command().exitOverride().helpCommand(false).configureOutput(silent);
  for (const name of names) program.command(name);
  try {
    program.parse(['--', given], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return /\(Did you mean (.+)\?\)/s.exec(error.message)?.[1];
    throw error;
  }
  return undefined;
};
