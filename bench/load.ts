/**
 * `npm run bench:load`: thousands of simulated devices of thousands of accounts in an evening, over real connections,
 * against one and two services on one Postgres, with PgBouncer between and without; beside the same statements alone.
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { createUsedAccounts } from './load-accounts.ts';
import { visitThroughPostgres } from './load-floor.ts';
import { hasPgbouncer, openLoadPlace } from './load-place.ts';
import { runLoad } from './load-run.ts';
import { countErrors, formatLoad, type LoadRow } from './load-table.ts';
import { type Place, say, withPlace } from './place.ts';
import { intoDocument } from './readme.ts';

const HELP = `npm run bench:load -- [options]

  --seconds <n>      how long each evening takes (5)
  --full <n>         seconds at full load after it (as --seconds)
  --accounts <n>     accounts, each with two devices (2000)
  --records <n>      records that each of them holds before (50)
  --online <n>       accounts whose second device has an event stream (500)
  --peak <n>         visits per second in the middle of an evening (150)
  --visitors <n>     visitors at once at each service at full load (16)
  --instances <list> numbers of services (1,2)
  --cores <n>        percent of a core that each service gets, as if on a machine of its own (all there is)
  --pooler <list>    off, on, or off,on (off,on; off where /usr/sbin/pgbouncer is missing)
  --seed <n>         of the evening (1)
  --write            keep the figures in docs/capacity.md: those without PgBouncer, with it, and with --cores each
                     in a run of its own

A visit is an upload of one to five changes and a download; where the account's other device is online, it hears of
the upload and downloads too. An hour: --seconds 3600 --full 10 --instances 1 --pooler off
`;

const stop = (problem: string): never => {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
};

const OPTIONS = {
  seconds: { type: 'string', default: '5' },
  full: { type: 'string' },
  accounts: { type: 'string', default: '2000' },
  records: { type: 'string', default: '50' },
  online: { type: 'string', default: '500' },
  peak: { type: 'string', default: '150' },
  visitors: { type: 'string', default: '16' },
  instances: { type: 'string', default: '1,2' },
  cores: { type: 'string' },
  pooler: { type: 'string', default: hasPgbouncer() ? 'off,on' : 'off' },
  seed: { type: 'string', default: '1' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

const parse = () => {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : 'Unknown option'}. --help lists them.`);
  }
};
const given = parse();

const count = (name: Exclude<keyof typeof given, 'instances' | 'pooler' | 'write' | 'help'>): number =>
  /^[1-9]\d{0,6}$/.test(given[name] ?? '')
    ? Number(given[name])
    : stop(`--${name} must be a whole number from 1 to 9999999.`);

const list = (name: 'instances' | 'pooler', rule: RegExp, words: string): readonly string[] => {
  const parts = given[name].split(',');
  return parts.every((part) => rule.test(part)) ? parts : stop(`--${name} must be ${words}.`);
};

const readGiven = () => {
  const [accounts, online, visitors] = [count('accounts'), count('online'), count('visitors')];
  if (online > accounts) stop('--online must not be more than --accounts.');
  if (visitors > 16) stop('--visitors must be 16 at most: the floor needs as many connections.');
  if (accounts < visitors) stop('--accounts must not be less than --visitors.');
  const poolers = list('pooler', /^(?:on|off)$/, 'off, on, or off,on');
  if (poolers.includes('on') && !hasPgbouncer())
    stop('--pooler on needs /usr/sbin/pgbouncer: apt-get install pgbouncer.');
  return {
    accounts,
    records: count('records'),
    instances: list('instances', /^[12]$/, '1, 2, or 1,2').map(Number),
    poolers: poolers.map((pooler) => pooler === 'on'),
    load: {
      seconds: count('seconds'),
      fullSeconds: given.full === undefined ? count('seconds') : count('full'),
      peakPerSecond: count('peak'),
      visitors,
      online,
      seed: count('seed'),
      coresEach: given.cores === undefined ? undefined : count('cores') / 100,
    },
  };
};

const measure = async (place: Place, asked: ReturnType<typeof readGiven>): Promise<string> => {
  const { client, connection, serviceFolder, machine } = place;
  const busyBefore = loadavg()[0] ?? 0;
  const pidFile = join(serviceFolder, 'postgres', 'postmaster.pid');
  const postmaster = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  const accounts = await createUsedAccounts(client, asked.accounts, asked.records);
  const alone = await createUsedAccounts(client, asked.accounts, asked.records);
  // What was put in is on the disk and cleaned up by now, and not while the first of the services is measured.
  await client.query('vacuum');
  await client.query('checkpoint');
  say(`twice ${String(asked.accounts)} accounts of ${String(asked.records)} records each`);

  const rows: LoadRow[] = [];
  for (const isPooled of asked.poolers) {
    for (const instances of asked.instances) {
      const under = await openLoadPlace(place, { instances, isPooled });
      try {
        const result = await runLoad(under, { client, postmaster }, accounts, asked.load);
        const floor = await visitThroughPostgres({ connection, postmaster }, alone, {
          ...asked.load,
          seconds: asked.load.fullSeconds / 2,
        });
        rows.push({ instances, isPooled, ...result, floor });
      } finally {
        await under.stop();
      }
      const { evening, full } = rows.at(-1)!;
      const errors = countErrors(evening.errors) + countErrors(full.errors);
      say(`${String(instances)} services${isPooled ? ' behind PgBouncer' : ''}: ${String(errors)} errors`);
      for (const [problem, count] of [...evening.errors, ...full.errors])
        say(`  ${problem}: ${String(count)} times`);
    }
  }
  const { rows: sizes } = await client.query<{ record: number; upload: number }>(
    `select pg_total_relation_size('record')::float8 / (select count(*) from record) as record,
       pg_total_relation_size('batch')::float8 / (select count(*) from batch) as upload`,
  );
  const day = new Date().toISOString().slice(0, 10);
  const { load } = asked;
  return formatLoad({
    rows,
    bytes: { ofRecord: sizes[0]!.record, ofUpload: sizes[0]!.upload },
    conditions:
      `${day}; ${machine} The load ran on the same cores. ` +
      `The system's load was ${busyBefore.toFixed(1)} before: ${busyBefore > 1 ? 'others used the machine too' : 'nobody else used it'}. ` +
      `${String(asked.accounts)} accounts of ${String(asked.records)} records, ${String(load.online)} event streams, ` +
      `${String(load.seconds)} seconds of an evening and ${String(load.fullSeconds)} at full load, at most ${String(load.peakPerSecond)} visits per second in an evening, ` +
      `${String(load.visitors)} visitors at each service at full load.` +
      (load.coresEach === undefined ? '' : ` Each service had ${String(load.coresEach)} of a core.`),
  });
};

/** Which table of docs/capacity.md is written. */
const markOf = ({ poolers, load }: ReturnType<typeof readGiven>): string => {
  if (load.coresEach !== undefined) return 'load of small services';
  const [isPooled, ...others] = poolers;
  if (others.length > 0) stop('--write needs --pooler off or --pooler on, one of them, or --cores.');
  return isPooled === true ? 'load with pooler' : 'load';
};

if (given.help) {
  process.stdout.write(HELP);
} else {
  const asked = readGiven();
  const mark = given.write ? markOf(asked) : undefined;
  const results = await withPlace((place) => measure(place, asked));
  process.stdout.write(`${results}\n`);
  if (mark !== undefined) await intoDocument(new URL('../docs/capacity.md', import.meta.url), mark, results);
}
