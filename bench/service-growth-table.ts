/** The figures of a growing service as Markdown tables. */
import { table } from './table.ts';
import { whole } from './throughput-table.ts';

export interface HeldRow {
  /** In the tables. */
  readonly records: number;
  readonly uploadMs: number;
  readonly pageMs: number;
  readonly floorPageMs: number;
  /** `undefined` where the system does not say. */
  readonly serviceMb: number | undefined;
}

export interface AccountsRow {
  readonly accounts: number;
  readonly perSecond: number;
  /** Of the rate of the first row. */
  readonly ratio: number;
}

export interface IdleRow {
  readonly perSecond: number;
  readonly floorPerSecond: number;
  readonly ratio: number;
  readonly ms: number;
}

export const formatGrowth = ({
  held,
  accounts,
  idle,
  machine,
}: {
  readonly held: readonly HeldRow[];
  readonly accounts: readonly AccountsRow[];
  readonly idle: IdleRow;
  readonly machine: string;
}): string =>
  [
    'While the service holds more and more records (uploads of 100 changes by 8 clients, pages of 500):',
    table(
      [
        'records held',
        'one upload ms',
        'to the first',
        'one page ms',
        'to the first',
        'page through pg ms',
        'peak MB',
      ],
      held.map((row) => [
        whole(row.records),
        row.uploadMs.toFixed(1),
        factor(row.uploadMs, held[0]?.uploadMs),
        row.pageMs.toFixed(1),
        factor(row.pageMs, held[0]?.pageMs),
        row.floorPageMs.toFixed(1),
        row.serviceMb === undefined ? '–' : whole(row.serviceMb),
      ]),
      { left: [] },
    ),
    'Single changes by 8 clients, spread over few accounts and over many:',
    table(
      ['accounts', 'changes per second', 'to the first'],
      accounts.map((row) => [whole(row.accounts), whole(row.perSecond), row.ratio.toFixed(2)]),
      { left: [] },
    ),
    'Asking for nothing new, by 8 clients, beside the one statement that it needs through `pg`:',
    table(
      ['ours per second', 'through pg', 'ours to pg', 'one answer ms'],
      [[whole(idle.perSecond), whole(idle.floorPerSecond), idle.ratio.toFixed(2), idle.ms.toFixed(1)]],
      { left: [] },
    ),
    machine,
  ].join('\n\n');

const factor = (value: number, first = value): string => (value / first).toFixed(2);
