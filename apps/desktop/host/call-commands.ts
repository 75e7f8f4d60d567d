/** `mhb call` and `mhb commands`: the whole table of commands by name, and what each takes and answers. */
import { commandTable, describeCommand, describeCommands, failureText } from '@mhb/device';
import type { Command } from 'commander';
import { nearestNames } from './nearest-names.ts';
import { type DeviceCommandDeps, fail } from './use-device.ts';

export const addCallCommands = (program: Command, { withDevice, answer, print }: DeviceCommandDeps): void => {
  program
    .command('call')
    .description('run one command and print its answer as JSON; `mhb commands --list` lists them')
    .argument('<command>', 'its name, such as log_mood')
    .argument('[json]', 'its input as one JSON object', '{}')
    .addHelpText(
      'after',
      [
        '',
        'What a command takes and answers: mhb commands log_mood',
        '',
        'An answer is {"value": …} with exit code 0, or {"error": {"type": …, "message": …}} with exit code 1.',
        '',
        'Example:',
        '  mhb call log_mood \'{"mood_rating": 5, "notes": "A walk helped"}\'',
      ].join('\n'),
    )
    .action((name: string, json: string) => withDevice((device) => answer(device, name, readJson(json))));

  program
    .command('commands')
    .description('print what `mhb call` can run: name, description, and the JSON Schema of input and answer')
    .argument('[name]', 'one command alone, such as log_mood')
    .option('--list', 'names and descriptions alone, to read')
    .addHelpText(
      'after',
      [
        '',
        'A refusal is {"error": {"type": …, "message": …}} for every command, with the names of wrong fields in',
        '"fields" and what each must be in "problems".',
      ].join('\n'),
    )
    .action((name: string | undefined, { list = false }: { readonly list?: boolean }) => {
      if (name !== undefined) printOne(name);
      else if (list) process.stdout.write(listed());
      else print(describeCommands());
    });
};

/** In lines, for it is read by people more than by programs. */
const printOne = (name: string): void => {
  const described = describeCommand(name);
  if (described !== undefined) {
    process.stdout.write(`${JSON.stringify(described, null, 2)}\n`);
    return;
  }
  const type = 'UnknownCommand';
  const nearest = nearestNames(name, Object.keys(commandTable));
  const message = `${failureText({ type })}${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`;
  fail({ error: { type, message } }, message);
};

/** One line each, by name. */
const listed = (): string => {
  const commands = Object.entries(commandTable).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...commands.map(([name]) => name.length));
  return commands.map(([name, { description }]) => `${name.padEnd(width)}  ${description}\n`).join('');
};

/** `undefined` for what is not JSON. */
const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
