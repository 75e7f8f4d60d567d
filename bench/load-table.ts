/** The figures of the load test as Markdown tables. */
import { percentile } from './load-figures.ts';
import type { Floor } from './load-floor.ts';
import type { LoadResult, Phase } from './load-run.ts';
import { table } from './table.ts';

export interface LoadRow extends LoadResult {
  readonly instances: number;
  readonly isPooled: boolean;
  /** Right after it, so that whatever else the machine does falls on both. */
  readonly floor: Floor;
}

export interface LoadResults {
  readonly rows: readonly LoadRow[];
  /** On the disk of Postgres, with indexes. */
  readonly bytes: { readonly ofRecord: number; readonly ofUpload: number };
  readonly conditions: string;
}

export const formatLoad = ({ rows, bytes, conditions }: LoadResults): string =>
  [
    'An evening: visits come when they come, few, many, few.',
    table(
      [
        'services',
        'pooler',
        'visits',
        'requests per s',
        'upload p50 ms',
        'p99',
        'download p50',
        'p99',
        'heard p50',
        'p99',
        'errors',
      ],
      rows.map((row) => [...nameOf(row), ...timesOf(row.evening)]),
      { left: [1] },
    ),
    'As many visits as it takes, each visitor at once again:',
    table(
      [
        'services',
        'pooler',
        'visits per s',
        'floor',
        'to the floor',
        'visits per core of a service',
        'visits per core of Postgres',
        'visits per core in all',
        'cores of services, Postgres, pooler, load',
        'upload p99 ms',
        'errors',
      ],
      rows.map((row) => [...nameOf(row), ...ratesOf(row)]),
      { left: [1] },
    ),
    'The floor is the same statements through `pg` alone, right after: visits per second, and per core of Postgres ' +
      `${rows.map(({ floor }) => whole(1_000 / floor.postgresMs)).join(' and ')}.`,
    'Memory of each service, and what Postgres writes:',
    table(
      [
        'services',
        'pooler',
        'start MB',
        'in each fifth of the evening',
        'end',
        'peak',
        'log bytes per change',
        'log syncs per upload',
      ],
      rows.map((row) => [
        ...nameOf(row),
        row.memory.map(({ start }) => whole(start)).join(', '),
        row.memory.map(({ fifths }) => fifths.map(whole).join(' ')).join(', '),
        ...(['end', 'peak'] as const).map((when) => row.memory.map((one) => whole(one[when])).join(', ')),
        whole(row.walBytesPerChange),
        row.walSyncsPerUpload.toFixed(2),
      ]),
      { left: [1] },
    ),
    `On the disk of Postgres a record takes ${whole(bytes.ofRecord)} bytes and an upload ${whole(bytes.ofUpload)}, with their indexes.`,
    conditions,
  ].join('\n\n');

const nameOf = ({ instances, isPooled }: LoadRow): readonly string[] => [
  String(instances),
  isPooled ? 'PgBouncer' : 'none',
];

const timesOf = ({
  visits,
  requests,
  seconds,
  uploadMs,
  downloadMs,
  heardMs,
  errors,
}: Phase): readonly string[] => [
  whole(visits),
  whole(requests / seconds),
  ...[uploadMs, downloadMs, heardMs].flatMap((times) => [
    percentile(times, 50).toFixed(1),
    percentile(times, 99).toFixed(1),
  ]),
  whole(countErrors(errors)),
];

const ratesOf = ({ full, floor }: LoadRow): readonly string[] => {
  const { visits, seconds, cpuMs, errors, uploadMs } = full;
  const perCore = (ms: number): string => whole((visits / ms) * 1_000);
  return [
    whole(visits / seconds),
    whole(floor.visitsPerSecond),
    (visits / seconds / floor.visitsPerSecond).toFixed(2),
    perCore(cpuMs.services),
    perCore(cpuMs.postgres),
    perCore(cpuMs.services + cpuMs.postgres + cpuMs.pooler),
    [cpuMs.services, cpuMs.postgres, cpuMs.pooler, cpuMs.load]
      .map((ms) => (ms / 1_000 / seconds).toFixed(2))
      .join(', '),
    percentile(uploadMs, 99).toFixed(1),
    whole(countErrors(errors)),
  ];
};

export const countErrors = (errors: Phase['errors']): number =>
  [...errors.values()].reduce((sum, count) => sum + count, 0);

const whole = (value: number): string => Math.round(value).toLocaleString('en');
