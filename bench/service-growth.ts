/**
 * `npm run bench:growth`: whether the service takes longer or needs more memory for what it does as it comes to hold
 * more: up to two million records, and ten thousand accounts. `--quick` is a first look.
 */
import { parseArgs } from 'node:util';
import { peakMb, resetPeak } from './peak-memory.ts';
import { type Place, say, withPlace } from './place.ts';
import { intoReadme } from './readme.ts';
import { type AccountsRow, formatGrowth, type HeldRow, type IdleRow } from './service-growth-table.ts';
import { median } from './table.ts';
import { createAccounts, type LoadAccount } from './throughput-accounts.ts';
import { fillAccount, readThroughPostgres, readThroughService } from './throughput-downloads.ts';
import { askNothingNew, findKeys } from './throughput-idle.ts';
import { type Load, type Loaded, loadService } from './throughput-load.ts';
import { inRounds, takeTurns } from './turns.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const ROUNDS = quick ? 1 : 5;
const CLIENTS = 8;
const PAGE = 500;
const FILLED = quick ? [10_000, 50_000] : [10_000, 100_000, 1_000_000, 2_000_000];
/** Of each account that the tables are filled with. */
const RECORDS_EACH = 10_000;
const ACCOUNTS = 200;
const ACCOUNTS_MANY = quick ? 1_000 : 10_000;

/** The same uploads and pages while the tables hold more and more records of other accounts. */
const measureHeld = async ({ client, connection, service }: Place): Promise<readonly HeldRow[]> => {
  const loaded = await createAccounts(client, ACCOUNTS);
  const rows: HeldRow[] = [];
  let filled = 0;
  for (const records of FILLED) {
    const accounts = await createAccounts(client, (records - filled) / RECORDS_EACH);
    for (const account of accounts) await fillAccount(client, account, RECORDS_EACH);
    filled = records;
    await client.query('vacuum analyze record');
    const load: Load = { changes: 100, clients: CLIENTS, accounts: loaded, uploads: quick ? 80 : 240 };
    const reading = { account: accounts[0]!, page: PAGE, records: RECORDS_EACH };
    resetPeak(service.pid);
    const uploaded = await inRounds(ROUNDS, () => loadService(service.url, load));
    const read = await takeTurns(
      ROUNDS,
      () => readThroughPostgres(connection, reading),
      () => readThroughService(service.url, reading),
    );
    const row = {
      records,
      uploadMs: median(uploaded.flatMap(({ eachMs }) => eachMs)),
      pageMs: median(read.eachMs),
      floorPageMs: (median(read.floor) * PAGE) / RECORDS_EACH,
      serviceMb: peakMb(service.pid),
    };
    rows.push(row);
    say(`${records.toLocaleString('en')} records: a page ${row.pageMs.toFixed(1)} ms`);
  }
  return rows;
};

/** The same number of single changes, spread over few accounts and over many. */
const measureAccounts = async ({ client, service }: Place): Promise<readonly AccountsRow[]> => {
  const few = await createAccounts(client, ACCOUNTS);
  const many = await createAccounts(client, ACCOUNTS_MANY);
  const uploads = quick ? 500 : 2_500;
  const load = (accounts: readonly LoadAccount[], round: number): Promise<Loaded> => {
    // Each round goes on with the accounts that no round before has touched.
    const start = (round * uploads) % accounts.length;
    const turned = [...accounts.slice(start), ...accounts.slice(0, start)];
    return loadService(service.url, { changes: 1, clients: CLIENTS, accounts: turned, uploads });
  };
  let round = 0;
  const timed = await takeTurns(
    ROUNDS,
    () => load(few, round),
    () => load(many, round++),
  );
  const rate = (times: readonly number[]): number => (uploads / median(times)) * 1_000;
  say(`${String(ACCOUNTS_MANY)} accounts: ${median(timed.ratios).toFixed(2)} of the rate of few`);
  return [
    { accounts: ACCOUNTS, perSecond: rate(timed.floor), ratio: 1 },
    { accounts: ACCOUNTS_MANY, perSecond: rate(timed.ours), ratio: median(timed.ratios) },
  ];
};

/** A device that asks and learns that there is nothing new, beside the one statement that this needs. */
const measureIdle = async ({ client, connection, service }: Place): Promise<IdleRow> => {
  const accounts = await createAccounts(client, ACCOUNTS);
  for (const account of accounts) await fillAccount(client, account, 10);
  const load = { accounts, clients: CLIENTS, requests: quick ? 1_000 : 4_000 };
  const timed = await takeTurns(
    ROUNDS,
    () => findKeys(connection, load),
    () => askNothingNew(service.url, load),
  );
  const rate = (times: readonly number[]): number => (load.requests / median(times)) * 1_000;
  say(`nothing new: ${median(timed.ratios).toFixed(2)} of the rate of one statement through pg`);
  return {
    perSecond: rate(timed.ours),
    floorPerSecond: rate(timed.floor),
    ratio: median(timed.ratios),
    ms: median(timed.eachMs),
  };
};

const results = await withPlace(async (place) =>
  formatGrowth({
    held: await measureHeld(place),
    accounts: await measureAccounts(place),
    idle: await measureIdle(place),
    machine: place.machine,
  }),
);
process.stdout.write(`${results}\n`);
if (!quick) await intoReadme('growth', results);
