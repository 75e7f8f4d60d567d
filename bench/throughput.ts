/**
 * `npm run bench:throughput`: what the service takes and gives, for one account and many, beside the same statements
 * through `pg` alone, through `pg` with their plans kept, and through pgbench. `--quick` is a first look.
 */
import { parseArgs } from 'node:util';
import { type Place, say, withPlace } from './place.ts';
import { intoReadme } from './readme.ts';
import { median } from './table.ts';
import { createAccounts } from './throughput-accounts.ts';
import { fillAccount, readThroughPostgres, readThroughService } from './throughput-downloads.ts';
import { loadPostgres, loadService } from './throughput-load.ts';
import { createNumberedAccounts, runPgbench } from './throughput-pgbench.ts';
import { type DownloadRow, formatThroughput, type UploadRow } from './throughput-table.ts';
import { inRounds, takeTurns } from './turns.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const ROUNDS = quick ? 1 : 5;
const ACCOUNTS = 200;
const SIZES = [1, 10, 100, 500];
const LANES = [
  { accounts: 1, clients: 1 },
  { accounts: ACCOUNTS, clients: 1 },
  { accounts: ACCOUNTS, clients: 8 },
];
/** Enough that a lane takes about a second. */
const uploadsOf = (changes: number): number =>
  Math.round(
    (quick ? 0.3 : 1) * (changes === 1 ? 1_600 : changes === 10 ? 800 : changes === 100 ? 320 : 100),
  );

const medianRate = (records: number, times: readonly number[]): number => (records / median(times)) * 1_000;

const measureUploads = async ({
  client,
  connection,
  service,
  folder,
}: Place): Promise<readonly UploadRow[]> => {
  const ours = await createAccounts(client, ACCOUNTS);
  const floors = await createAccounts(client, ACCOUNTS);
  await createNumberedAccounts(client, ACCOUNTS);
  const rows: UploadRow[] = [];
  for (const changes of SIZES) {
    for (const { accounts, clients } of LANES) {
      const load = { changes, clients, uploads: uploadsOf(changes) };
      const alone = { ...load, accounts: floors.slice(0, accounts) };
      const timed = await takeTurns(
        ROUNDS,
        () => loadPostgres(connection, alone),
        () => loadService(service.url, { ...load, accounts: ours.slice(0, accounts) }),
      );
      const kept = await inRounds(quick ? 1 : 2, () => loadPostgres(connection, alone, 'kept'));
      const records = changes * load.uploads;
      const row = {
        changes,
        accounts,
        clients,
        oursPerSecond: medianRate(records, timed.ours),
        floorPerSecond: medianRate(records, timed.floor),
        keptPerSecond: medianRate(
          records,
          kept.map(({ ms }) => ms),
        ),
        pgbenchPerSecond: runPgbench(connection, { ...load, accounts, folder }),
        ratio: median(timed.ratios),
        uploadMs: median(timed.eachMs),
      };
      rows.push(row);
      const lane = `${String(changes)} changes, ${String(accounts)} accounts, ${String(clients)} clients`;
      say(`${lane}: ${row.ratio.toFixed(2)} of the rate through pg`);
    }
  }
  return rows;
};

const measureDownloads = async ({ client, connection, service }: Place): Promise<readonly DownloadRow[]> => {
  const rows: DownloadRow[] = [];
  for (const page of [500, 1_000]) {
    const [account] = await createAccounts(client, 1);
    const records = quick ? 10_000 : 50_000;
    await fillAccount(client, account!, records);
    const reading = { account: account!, page, records };
    const timed = await takeTurns(
      ROUNDS,
      () => readThroughPostgres(connection, reading),
      () => readThroughService(service.url, reading),
    );
    const row = {
      page,
      oursPerSecond: medianRate(records, timed.ours),
      floorPerSecond: medianRate(records, timed.floor),
      ratio: median(timed.ratios),
      pageMs: median(timed.eachMs),
    };
    rows.push(row);
    say(`pages of ${String(page)}: ${row.ratio.toFixed(2)} of the rate through pg`);
  }
  return rows;
};

const results = await withPlace(async (place) =>
  formatThroughput({
    uploads: await measureUploads(place),
    downloads: await measureDownloads(place),
    machine: place.machine,
  }),
);
process.stdout.write(`${results}\n`);
if (!quick) await intoReadme('throughput', results);
