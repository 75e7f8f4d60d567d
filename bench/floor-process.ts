/**
 * One floor in a process of its own, as cold as the device it stands beside. Everything that has to be there first
 * (connections, schema, plaintexts, finished rows) is made before the clock starts.
 */
import { randomBytes } from 'node:crypto';
import { openAll, padded, sealAll } from './floors-cipher.ts';
import { type Exchange, timeExchanges } from './floors-http.ts';
import { connectTo, createAccount, readPage, storeBatch, versionOf } from './floors-postgres.ts';
import {
  acknowledgeRows,
  countRows,
  createDeviceFile,
  openDeviceFile,
  readSourceRows,
  readStoredRows,
  storeRows,
} from './floors-sqlite.ts';
import { Stopwatch } from './stopwatch.ts';

export type FloorJob =
  | { readonly name: 'import'; readonly source: string; readonly model: string; readonly file: string }
  | { readonly name: 'upload'; readonly file: string; readonly serviceFolder: string }
  | {
      readonly name: 'download';
      readonly model: string;
      readonly file: string;
      readonly serviceFolder: string;
      readonly account: string;
    };

export interface FloorResult {
  /** Milliseconds; their sum is the floor. */
  readonly parts: Readonly<Record<string, number>>;
  /** Beside the sum; null where nothing travels. */
  readonly httpMs: number | null;
  readonly records: number;
  readonly account: string | null;
  readonly postgres: string | null;
}

/** As the device does it. */
const RECORDS_PER_BATCH = 500;

const runImport = async ({
  source,
  model,
  file: path,
}: FloorJob & { name: 'import' }): Promise<FloorResult> => {
  const records = readStoredRows(model);
  const file = createDeviceFile(path);
  const watch = new Stopwatch();
  await watch.time('source rows', () => readSourceRows(source));
  for (let start = 0; start < records.length; start += RECORDS_PER_BATCH) {
    const batch = records.slice(start, start + RECORDS_PER_BATCH);
    await watch.time('SQLite', () => {
      storeRows(file, { records: batch, inOutbox: true, base: 0 });
    });
  }
  const stored = countRows(file, 'outbox');
  file.close();
  return { parts: watch.parts(), httpMs: null, records: stored, account: null, postgres: null };
};

const runUpload = async ({
  file: path,
  serviceFolder,
}: FloorJob & { name: 'upload' }): Promise<FloorResult> => {
  const batches = inBatches(readStoredRows(path), RECORDS_PER_BATCH).map((records) => ({
    records,
    plaintexts: records.map(({ envelope }) => padded(envelope)),
    ids: records.map(() => randomBytes(16).toString('hex')),
  }));
  const file = openDeviceFile(path);
  const client = await connectTo(serviceFolder);
  const account = await createAccount(client);
  const watch = new Stopwatch();
  const exchanges: Exchange[] = [];
  let head = 0;
  for (const { records, plaintexts, ids } of batches) {
    const sealed = await watch.time('sealing', () => sealAll(plaintexts));
    await watch.time('Postgres', () => storeBatch(client, account, { ids, sealed, head }));
    await watch.time('SQLite', () => {
      acknowledgeRows(file, records, head + 1);
    });
    const changes = ids.map((id, index) => ({ id, base: 0, sealed: sealed[index]!.toString('base64') }));
    const applied = ids.map((id, index) => ({ id, seq: head + index + 1 }));
    exchanges.push({ request: JSON.stringify({ changes }), answer: JSON.stringify({ applied }) });
    head += ids.length;
  }
  const postgres = await versionOf(client);
  await client.end();
  const records = head - countRows(file, 'outbox');
  file.close();
  return { parts: watch.parts(), httpMs: await timeExchanges(exchanges), records, account, postgres };
};

const runDownload = async (job: FloorJob & { name: 'download' }): Promise<FloorResult> => {
  const model = readStoredRows(job.model);
  const file = createDeviceFile(job.file);
  const client = await connectTo(job.serviceFolder);
  const watch = new Stopwatch();
  const exchanges: Exchange[] = [];
  for (let after = 0; after < model.length;) {
    const page = await watch.time('Postgres', () =>
      readPage(client, job.account, { after, limit: RECORDS_PER_BATCH }),
    );
    if (page.length === 0) throw new Error('the floor found fewer records than it had stored');
    await watch.time('opening', () => openAll(page.map(({ sealed }) => sealed)));
    const records = model.slice(after, after + page.length);
    const base = after + 1;
    await watch.time('SQLite', () => {
      storeRows(file, { records, inOutbox: false, base });
    });
    const sent = page.map(({ record_id, seq, sealed }) => ({
      id: record_id,
      seq: Number(seq),
      sealed: sealed.toString('base64'),
    }));
    exchanges.push({ request: JSON.stringify({ after }), answer: JSON.stringify({ records: sent }) });
    after += page.length;
  }
  await client.end();
  const records = countRows(file, 'record');
  file.close();
  return {
    parts: watch.parts(),
    httpMs: await timeExchanges(exchanges),
    records,
    account: null,
    postgres: null,
  };
};

const inBatches = <Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );

const run = (job: FloorJob): Promise<FloorResult> => {
  if (job.name === 'import') return runImport(job);
  return job.name === 'upload' ? runUpload(job) : runDownload(job);
};

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as FloorJob)));
