/**
 * `npm run bench:bytes`: how many bytes a record is on the wire, at the service and on a device, beside what it says.
 * `--quick` is a first look.
 */
import Driver from 'better-sqlite3-multiple-ciphers';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { startCountingProxy } from './counting-proxy.ts';
import { writeHistory } from './generated-history.ts';
import { type Place, say, withPlace } from './place.ts';
import { intoReadme } from './readme.ts';
import { table } from './table.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const RECORDS = quick ? 1_000 : 10_000;

type Row = readonly [what: string, bytes: number];

const measure = async ({ processes, service, client, folder }: Place): Promise<readonly Row[]> => {
  const history = join(folder, 'history.db');
  writeHistory(history, RECORDS);
  const [deviceA, deviceB] = [join(folder, 'device-a'), join(folder, 'device-b')];
  await processes.device({ name: 'import', dataDir: deviceA, file: history });
  const rows: Row[] = [
    ['what it says: the envelope as JSON', envelopeBytes(deviceA)],
    ['the device’s files after the import', folderBytes(deviceA)],
  ];
  const proxy = await startCountingProxy(service.url);
  try {
    const account = { url: proxy.url, apiKey: await service.newAccount() };
    const { phrase } = await processes.device({ name: 'upload', dataDir: deviceA, ...account });
    const uploaded = proxy.counted();
    say(`uploaded: ${String(uploaded.up)} bytes up, ${String(uploaded.down)} down`);
    await processes.device({ name: 'download', dataDir: deviceB, ...account, phrase: phrase ?? '' });
    const downloaded = proxy.counted();
    say(`downloaded: ${String(downloaded.up)} bytes up, ${String(downloaded.down)} down`);
    rows.push(
      ['sealed', await sealedBytes(client)],
      ['first upload, from the device', uploaded.up],
      ['first upload, to the device', uploaded.down],
      ['first download, to the device', downloaded.down],
      ['first download, from the device', downloaded.up],
      ...(await tableBytes(client)),
      ['the files of the device that downloaded it', folderBytes(deviceB)],
    );
  } finally {
    proxy.close();
  }
  return rows;
};

const envelopeBytes = (dataDir: string): number => {
  const file = new Driver(join(dataDir, 'device.db'), { readonly: true });
  try {
    return Number(file.prepare('select sum(octet_length(envelope)) from record').pluck().get());
  } finally {
    file.close();
  }
};

const folderBytes = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith('device.db'))
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);

const sealedBytes = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ bytes: string }>(
    'select sum(octet_length(sealed)) as bytes from record',
  );
  return Number(rows[0]?.bytes);
};

const tableBytes = async (client: pg.Client): Promise<readonly Row[]> => {
  const { rows } = await client.query<Readonly<Record<'table' | 'indexes' | 'batches', string>>>(
    `select pg_table_size('record') as table, pg_indexes_size('record') as indexes,
       pg_total_relation_size('batch') as batches`,
  );
  const [held] = rows;
  return [
    ['the service’s table of records', Number(held?.table)],
    ['its two indexes', Number(held?.indexes)],
    ['the service’s batches', Number(held?.batches)],
    ['the service in all', Number(held?.table) + Number(held?.indexes) + Number(held?.batches)],
  ];
};

const formatBytes = (rows: readonly Row[], machine: string): string => {
  const said = rows[0]?.[1] ?? 1;
  return [
    `Bytes for each of ${RECORDS.toLocaleString('en')} records:`,
    table(
      ['', 'bytes', 'to what it says'],
      rows.map(([what, bytes]) => [
        what,
        Math.round(bytes / RECORDS).toLocaleString('en'),
        (bytes / said).toFixed(2),
      ]),
      { left: [0] },
    ),
    machine,
  ].join('\n\n');
};

const results = await withPlace(async (place) => formatBytes(await measure(place), place.machine));
process.stdout.write(`${results}\n`);
if (!quick) await intoReadme('bytes', results);
