/** The figures of the service's throughput as Markdown tables. */
import { table } from './table.ts';

export interface UploadRow {
  readonly changes: number;
  readonly accounts: number;
  readonly clients: number;
  readonly oursPerSecond: number;
  readonly floorPerSecond: number;
  /** The floor with its plans kept. */
  readonly keptPerSecond: number;
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

export const formatThroughput = ({
  uploads,
  downloads,
  machine,
}: {
  readonly uploads: readonly UploadRow[];
  readonly downloads: readonly DownloadRow[];
  readonly machine: string;
}): string =>
  [
    'Uploads, in records per second:',
    table(
      [
        'changes',
        'accounts',
        'clients',
        'ours',
        'through pg',
        'plans kept',
        'pgbench',
        'ours to pg',
        'one upload ms',
      ],
      uploads.map((row) => [
        whole(row.changes),
        whole(row.accounts),
        whole(row.clients),
        whole(row.oursPerSecond),
        whole(row.floorPerSecond),
        whole(row.keptPerSecond),
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
    machine,
  ].join('\n\n');

export const whole = (value: number): string => Math.round(value).toLocaleString('en');
