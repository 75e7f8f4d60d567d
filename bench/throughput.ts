/**
 * `npm run bench:throughput`: what the service takes and gives, for one account and many, beside the same statements
 * through `pg` alone and through pgbench, and how that changes with what it holds. `--quick` is a first look.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { connectionTo, connectTo, versionOf } from './floors-postgres.ts';
import { peakMb } from './peak-memory.ts';
import { startProcesses } from './processes.ts';
import { intoReadme } from './readme.ts';
import { createAccounts, type LoadAccount } from './throughput-accounts.ts';
import { fillAccount, readThroughPostgres, readThroughService } from './throughput-downloads.ts';
import { type Load, loadPostgres, loadService } from './throughput-load.ts';
import { createNumberedAccounts, runPgbench } from './throughput-pgbench.ts';
import { type DownloadRow, formatThroughput, type GrowthRow, type UploadRow } from './throughput-table.ts';
import { median } from './table.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const ROUNDS = quick ? 1 : 5;
const ACCOUNTS = 200;
const SIZES = [1, 10, 100, 500];
const LANES = [
  { accounts: 1, clients: 1 },
  { accounts: 1, clients: 8 },
  { accounts: ACCOUNTS, clients: 1 },
  { accounts: ACCOUNTS, clients: 4 },
  { accounts: ACCOUNTS, clients: 8 },
];
/** Enough that a lane takes about a second. */
const uploadsOf = (changes: number): number =>
  Math.round((quick ? 0.3 : 1) * (changes === 1 ? 1_600 : changes === 10 ? 800 : changes === 100 ? 240 : 80));

const FILLED = quick ? [10_000] : [10_000, 100_000, 2_000_000];

interface Place {
  readonly url: string;
  readonly client: pg.Client;
  readonly connection: pg.ClientConfig;
  readonly folder: string;
}

const medianRate = (records: number, times: readonly number[]): number => (records / median(times)) * 1_000;

const measureUploads = async (place: Place): Promise<readonly UploadRow[]> => {
  const ours = await createAccounts(place.client, ACCOUNTS);
  const floors = await createAccounts(place.client, ACCOUNTS);
  await createNumberedAccounts(place.client, ACCOUNTS);
  const rows: UploadRow[] = [];
  for (const changes of SIZES) {
    for (const { accounts, clients } of LANES) {
      const load = { changes, clients, uploads: uploadsOf(changes) };
      const timed = await takeTurns(
        () => loadPostgres(place.connection, { ...load, accounts: floors.slice(0, accounts) }),
        () => loadService(place.url, { ...load, accounts: ours.slice(0, accounts) }),
      );
      const records = changes * load.uploads;
      const row = {
        changes,
        accounts,
        clients,
        oursPerSecond: medianRate(records, timed.ours),
        floorPerSecond: medianRate(records, timed.floor),
        pgbenchPerSecond: runPgbench(place.connection, { ...load, accounts, folder: place.folder }),
        ratio: median(timed.ratios),
        uploadMs: median(timed.eachMs),
      };
      rows.push(row);
      say(`${String(changes)} changes, ${String(accounts)} accounts, ${String(clients)} clients`, row.ratio);
    }
  }
  return rows;
};

interface Turns {
  readonly ours: readonly number[];
  readonly floor: readonly number[];
  /** How much of the floor's rate ours has, turn by turn. */
  readonly ratios: readonly number[];
  readonly eachMs: readonly number[];
}

/** Ours right after its floor, so that whatever else the machine does falls on both. The first turn only warms up. */
const takeTurns = async (
  floor: () => ReturnType<typeof loadPostgres>,
  ours: () => ReturnType<typeof loadService>,
): Promise<Turns> => {
  const turns = [];
  for (let round = 0; round <= ROUNDS; round += 1) turns.push({ floor: await floor(), ours: await ours() });
  const counted = turns.slice(1);
  return {
    ours: counted.map((turn) => turn.ours.ms),
    floor: counted.map((turn) => turn.floor.ms),
    ratios: counted.map((turn) => turn.floor.ms / turn.ours.ms),
    eachMs: counted.flatMap((turn) => turn.ours.eachMs),
  };
};

const measureDownloads = async (place: Place): Promise<readonly DownloadRow[]> => {
  const rows: DownloadRow[] = [];
  for (const page of [500, 1_000]) {
    const [account] = await createAccounts(place.client, 1);
    const records = quick ? 10_000 : 50_000;
    await fillAccount(place.client, account!, records);
    const reading = { account: account!, page, records };
    const timed = await takeTurns(
      () => readThroughPostgres(place.connection, reading),
      () => readThroughService(place.url, reading),
    );
    rows.push({
      page,
      oursPerSecond: medianRate(records, timed.ours),
      floorPerSecond: medianRate(records, timed.floor),
      ratio: median(timed.ratios),
      pageMs: median(timed.eachMs),
    });
    say(`pages of ${String(page)}`, rows.at(-1)!.ratio);
  }
  return rows;
};

/** The same uploads and pages while the tables hold more and more records of other accounts. */
const measureGrowth = async (place: Place, servicePid: number): Promise<readonly GrowthRow[]> => {
  const ours = await createAccounts(place.client, ACCOUNTS);
  const rows: GrowthRow[] = [];
  let filled = 0;
  for (const records of FILLED) {
    const accounts = await createAccounts(place.client, Math.max(1, Math.round((records - filled) / 10_000)));
    for (const account of accounts)
      await fillAccount(place.client, account, Math.round((records - filled) / accounts.length));
    filled = records;
    await place.client.query('vacuum analyze record');
    const load: Load = { changes: 100, clients: 8, accounts: ours, uploads: uploadsOf(100) };
    const uploaded = await inRounds(() => loadService(place.url, load));
    const read = await inRounds(() => readOne(place, accounts[0]!));
    rows.push({
      records,
      uploadMs: median(uploaded.flatMap(({ eachMs }) => eachMs)),
      pageMs: median(read.flatMap(({ eachMs }) => eachMs)),
      serviceMb: peakMb(servicePid),
    });
    say(`${records.toLocaleString('en')} records`, rows.at(-1)!.pageMs);
  }
  return rows;
};

const readOne = (place: Place, account: LoadAccount) =>
  readThroughService(place.url, { account, page: 500, records: account.head });

const inRounds = async <Value>(run: () => Promise<Value>): Promise<readonly Value[]> => {
  const values: Value[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) values.push(await run());
  return values.slice(1);
};

const say = (what: string, figure: number): void => {
  process.stderr.write(`${what}: ${figure.toFixed(2)}\n`);
};

const folder = mkdtempSync(join(tmpdir(), 'mhb-bench-'));
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    stopping.abort();
  });
try {
  const processes = startProcesses(stopping.signal, join(folder, 'compiled'));
  const serviceFolder = join(folder, 'service');
  const service = await processes.startService(serviceFolder, join(folder, 'service.log'));
  try {
    const client = await connectTo(serviceFolder);
    // What went wrong before the service was stopped is the error to tell.
    client.on('error', () => undefined);
    const place = { url: service.url, client, connection: connectionTo(serviceFolder), folder };
    const results = formatThroughput({
      uploads: await measureUploads(place),
      downloads: await measureDownloads(place),
      growth: await measureGrowth(place, service.pid),
      machine: `${String(availableParallelism())} cores, Node ${process.versions.node}, Postgres ${await versionOf(client)}.`,
    });
    await client.end();
    process.stdout.write(`${results}\n`);
    if (!quick) await intoReadme('throughput', results);
  } finally {
    await service.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
