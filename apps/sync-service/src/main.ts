/** `mhb-sync` on the command line: JSON on standard output, words for people on standard error, exit code 0 or 1. */
import { Command, CommanderError } from 'commander';
import { createAccount } from './accounts.ts';
import { defaultDataFolder, readConfiguration, readPort, settingsText } from './config.ts';
import { StartProblem } from './failures.ts';
import { openServiceDatabase } from './open-service-database.ts';
import { serve } from './serve.ts';

// Whatever is made from here on is this user's alone.
process.umask(0o077);

const DATA_DIR = [
  '--data-dir <folder>',
  'where the embedded Postgres keeps its data',
  defaultDataFolder(process.env),
] as const;

const program = new Command('mhb-sync')
  .description('The sync service of Mental Health Bar: keeps sealed records that it cannot read.')
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
  .option('--host <address>', 'the address to listen on', '127.0.0.1')
  .option('--port <number>', 'the port to listen on; 0 for any that is free', '8737')
  .option('--while-stdin-open', 'stop when standard input ends, for a program that starts the service')
  .action(async (given: { dataDir: string; host: string; port: string; whileStdinOpen?: true }) => {
    const { dataDir, host, whileStdinOpen = false } = given;
    const configuration = readConfiguration(process.env);
    await serve({ ...configuration, dataDir, host, port: readPort(given.port), whileStdinOpen });
  });

const accounts = program.command('accounts').description('manage the accounts of this service');
accounts
  .command('create')
  .description('make an account and print its first API key, which is shown only once')
  .option(...DATA_DIR)
  .action(async ({ dataDir }: { dataDir: string }) => {
    const say = (words: string): void => {
      process.stderr.write(`mhb-sync: ${words}\n`);
    };
    const { database, close } = await openServiceDatabase({
      url: readConfiguration(process.env).databaseUrl,
      dataDir,
      purpose: 'command',
      say,
    });
    try {
      const { accountId, apiKey } = await createAccount({ database });
      process.stdout.write(`${JSON.stringify({ account_id: accountId, api_key: apiKey })}\n`);
    } finally {
      await close();
    }
  });

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
