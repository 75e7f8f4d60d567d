/** The figures of the service's throughput as Markdown tables. */
import { table } from './table.ts';

export interface UploadRow {
  readonly changes: number;
  readonly accounts: number;
  readonly clients: number;
  readonly oursPerSecond: number;
  readonly floorPerSecond: number;
  /** `undefined` where there is no pgbench. */
  readonly pgbenchPerSecond: number | undefined;
  /** How much of the floor's rate ours has. */
  readonly ratio: number;
  readonly uploadMs: number;
}

export interface DownloadRow {
  readonly page: number;
  readonly oursPerSecond: number;
  readonly floorPerSecond: number;
  readonly ratio: number;
  readonly pageMs: number;
}

export interface GrowthRow {
  /** In the tables, of other accounts. */
  readonly records: number;
  readonly uploadMs: number;
  readonly pageMs: number;
  readonly serviceMb: number | undefined;
}

export const formatThroughput = ({
  uploads,
  downloads,
  growth,
  machine,
}: {
  readonly uploads: readonly UploadRow[];
  readonly downloads: readonly DownloadRow[];
  readonly growth: readonly GrowthRow[];
  readonly machine: string;
}): string =>
  [
    'Uploads, in records per second:',
    table(
      ['changes', 'accounts', 'clients', 'ours', 'through pg', 'pgbench', 'ours to pg', 'one upload ms'],
      uploads.map((row) => [
        whole(row.changes),
        whole(row.accounts),
        whole(row.clients),
        whole(row.oursPerSecond),
        whole(row.floorPerSecond),
        row.pgbenchPerSecond === undefined ? '–' : whole(row.pgbenchPerSecond),
        row.ratio.toFixed(2),
        row.uploadMs.toFixed(1),
      ]),
      { left: [] },
    ),
    'Downloads of one account, in records per second:',
    table(
      ['page', 'ours', 'through pg', 'ours to pg', 'one page ms'],
      downloads.map((row) => [
        whole(row.page),
        whole(row.oursPerSecond),
        whole(row.floorPerSecond),
        row.ratio.toFixed(2),
        row.pageMs.toFixed(1),
      ]),
      { left: [] },
    ),
    'The same while the service holds more (uploads of 100 changes by 8 clients, pages of 500):',
    table(
      ['records held', 'one upload ms', 'one page ms', 'service peak MB'],
      growth.map((row) => [
        whole(row.records),
        row.uploadMs.toFixed(1),
        row.pageMs.toFixed(1),
        row.serviceMb === undefined ? '–' : whole(row.serviceMb),
      ]),
      { left: [] },
    ),
    machine,
  ].join('\n\n');

const whole = (value: number): string => Math.round(value).toLocaleString('en');
