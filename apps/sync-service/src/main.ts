/** `mhb-sync` on the command line: JSON on standard output, words for people on standard error, exit code 0 or 1. */
import { Command, CommanderError } from 'commander';
import { addAccountCommands, addKeyCommands } from './accounts/account-commands.ts';
import { addBackupCommands } from './backup/backup-commands.ts';
import { DATA_DIR } from './command-line.ts';
import { readConfiguration, readPort } from './config.ts';
import { addDoctorCommand } from './doctor/doctor-command.ts';
import { StartProblem } from './failures.ts';
import { serve } from './serve.ts';
import { settings, settingsText } from './settings.ts';
import { VERSION } from './version.ts';

// Whatever is made from here on is this user's alone.
process.umask(0o077);

const program = new Command('mhb-sync')
  .description('The sync service of Mental Health Bar: keeps sealed records that it cannot read.')
  .version(VERSION)
  .showHelpAfterError('Run mhb-sync --help for what can be done.')
  .addHelpText(
    'after',
    [
      '',
      'Environment:',
      settingsText(),
      '',
      'What is secret may be given in a file: with _FILE behind its name, the variable holds a path.',
      '',
    ].join('\n'),
  )
  .exitOverride();

program
  .command('serve')
  .description('run the service; prints one line when it is ready')
  .option(...DATA_DIR)
  .option('--host <address>', `the address to listen on (${settings.host.byDefault})`)
  .option('--port <number>', `the port to listen on; 0 for any that is free (${settings.port.byDefault})`)
  .option('--while-stdin-open', 'stop when standard input ends, for a program that starts the service')
  .action(async (given: { dataDir: string; host?: string; port?: string; whileStdinOpen?: true }) => {
    const { dataDir, whileStdinOpen = false } = given;
    const configuration = readConfiguration(process.env);
    const host = given.host ?? configuration.host;
    const port = given.port === undefined ? configuration.port : readPort(given.port);
    await serve({ ...configuration, dataDir, host, port, whileStdinOpen });
  });

addAccountCommands(program);
addKeyCommands(program);
addBackupCommands(program);
addDoctorCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 1;
  } else if (error instanceof StartProblem) {
    process.stderr.write(`mhb-sync: ${error.message}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
