/**
 * `npm run conformance -- --url … --api-key …` holds any service against the rules of SYNC.md, over HTTP alone. Each
 * check is a line that begins with its rule. Exits with 0 where all were kept, 1 where one was not, 2 where the visit
 * could not begin.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CannotVisit, type Result, runChecks } from './run.ts';

const HELP = `Holds a sync service against the rules of SYNC.md, over HTTP alone.

  npm run conformance -- --url https://sync.example.org --api-key mhb_…

  --url URL              where the service is, as a device is given it
  --api-key KEY          a key with both scopes, of an account that holds nothing: the checks write into it
  --api-key-file FILE    the same from a file, so that it stands in no list of processes
  --other-api-key KEY    a key of another empty account, to see that neither learns of the other
  --delete-account       delete the account of --api-key at the end, and see that it is gone
  --again                the account has what an earlier run has left in it
  --json                 one line of JSON for each check
  --help                 this text

About 400 requests and 15 MiB, in a few seconds. A service that answers 429 is waited for as it asks; ours does so for
a second run in the same minute, as some thirty requests have no right key.
Exits with 0 where every promise was kept, 1 where one was not, 2 where the checks could not begin.`;

const say = (words: string): void => {
  process.stdout.write(`${words}\n`);
};

const readOptions = () =>
  parseArgs({
    options: {
      url: { type: 'string' },
      'api-key': { type: 'string' },
      'api-key-file': { type: 'string' },
      'other-api-key': { type: 'string' },
      'delete-account': { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;

const marks = { kept: 'kept   ', broken: 'BROKEN ', skipped: 'skipped' } as const;

const lineOf = ({ rule, promise, outcome, words }: Result): string =>
  `${marks[outcome]}  ${rule.padEnd(3)}  ${promise}${words === undefined ? '' : `: ${words}`}`;

const begin = async (): Promise<number> => {
  const options = readOptions();
  if (options.help) {
    say(HELP);
    return 0;
  }
  const file = options['api-key-file'];
  const apiKey = options['api-key'] ?? (file === undefined ? undefined : readFileSync(file, 'utf8').trim());
  if (options.url === undefined || !URL.canParse(options.url) || apiKey === undefined)
    throw new CannotVisit('An address (--url) and an API key (--api-key) are needed. --help says more.');
  const results = await runChecks({
    url: options.url,
    apiKey,
    otherApiKey: options['other-api-key'],
    mayDelete: options['delete-account'],
    again: options.again,
    onResult: (result) => {
      say(options.json ? JSON.stringify(result) : lineOf(result));
    },
  });
  const count = (outcome: Result['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  if (!options.json)
    say(
      `${String(count('kept'))} kept, ${String(count('broken'))} broken, ${String(count('skipped'))} skipped`,
    );
  return count('broken') === 0 ? 0 : 1;
};

try {
  process.exitCode = await begin();
} catch (error) {
  const isOurs = error instanceof CannotVisit;
  const isOption =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  const isFile = error instanceof Error && 'syscall' in error;
  if (!isOurs && !isOption && !isFile) throw error;
  process.stderr.write(`${isFile ? 'The file of the API key can’t be read.' : error.message}\n`);
  process.exitCode = 2;
}
