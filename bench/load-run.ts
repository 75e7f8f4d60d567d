/** One set-up of services under an evening, and then under as many visits as it can take. */
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { chanceFrom } from './chance.ts';
import type { UsedAccount } from './load-accounts.ts';
import { visitFrom } from './load-day.ts';
import { type Counts, LoadDevices, newCounts } from './load-devices.ts';
import { visitInEvening } from './load-evening.ts';
import { countCpuOfChildren, cpuMsOf, percentile, residentMb } from './load-figures.ts';
import type { LoadPlace } from './load-place.ts';
import { limitCores } from './limited-cores.ts';
import { peakMb } from './peak-memory.ts';

export interface LoadGiven {
  /** Of the evening. */
  readonly seconds: number;
  readonly fullSeconds: number;
  readonly peakPerSecond: number;
  /** At each service at full load: with fewer a service finds less to do whenever it wakes, and a visit takes it longer. */
  readonly visitors: number;
  /** How many accounts have a second device with an event stream. */
  readonly online: number;
  readonly seed: number;
  /** The share of a core that each service gets, or all there is. */
  readonly coresEach: number | undefined;
}

/** For each service, until V8 has compiled what runs often: before, a visit takes it twice the processor time. */
const WARMING_SECONDS = 10;

export interface Phase extends Counts {
  readonly visits: number;
  readonly seconds: number;
  /** Processor time of each kind of process, in ms. */
  readonly cpuMs: {
    readonly services: number;
    readonly postgres: number;
    readonly pooler: number;
    readonly load: number;
  };
}

export interface LoadResult {
  readonly evening: Phase;
  readonly full: Phase;
  /** Of each service, in MB. */
  readonly memory: readonly {
    readonly start: number;
    /** The median of each fifth of the evening. */
    readonly fifths: readonly number[];
    readonly end: number;
    readonly peak: number;
  }[];
  readonly walBytesPerChange: number;
  readonly walSyncsPerUpload: number;
}

export const runLoad = async (
  { services, pooler }: Pick<LoadPlace, 'services' | 'pooler'>,
  { client, postmaster }: { readonly client: pg.Client; readonly postmaster: number },
  accounts: readonly UsedAccount[],
  given: LoadGiven,
): Promise<LoadResult> => {
  const warming = newCounts();
  const devices = new LoadDevices(
    services.map(({ url }) => url),
    accounts,
    warming,
  );
  const measure = async (act: () => Promise<number>): Promise<Phase> => {
    const counts = newCounts();
    devices.countIn(counts);
    const counters = {
      services: countCpu(services.map(({ pid }) => pid)),
      postgres: countCpuOfChildren(postmaster),
      pooler: countCpu(pooler === undefined ? [] : [pooler.pid]),
      load: countCpu([process.pid]),
    };
    const begunAt = performance.now();
    const visits = await act();
    const seconds = (performance.now() - begunAt) / 1_000;
    const { postgres, pooler: ofPooler, services: ofServices, load } = counters;
    const cpuMs = { services: ofServices(), postgres: postgres(), pooler: ofPooler(), load: load() };
    return { ...counts, visits, seconds, cpuMs };
  };
  let limits: readonly { release: () => void }[] = [];
  try {
    await devices.openStreams(given.online);
    await visitFully(devices, accounts, {
      ...given,
      seconds: WARMING_SECONDS * services.length,
      seed: given.seed + 1,
    });
    if (warming.errors.size > 0) throw new Error('the service did not answer as it should');
    const { coresEach } = given;
    if (coresEach !== undefined) limits = services.map(({ pid }) => limitCores(pid, coresEach));
    const start = services.map(({ pid }) => residentMb(pid));
    const written = await writtenBy(client);
    const watch = watchMemory(services.map(({ pid }) => pid));
    const evening = await measure(() => visitInEvening(devices, { ...given, accounts: accounts.length }));
    const fifths = watch.stop();
    const full = await measure(() =>
      visitFully(devices, accounts, {
        ...given,
        visitors: given.visitors * services.length,
        seconds: given.fullSeconds,
        seed: given.seed + 2,
      }),
    );
    const { bytes, syncs } = await writtenBy(client);
    const memory = services.map(({ pid }, index) => ({
      start: start[index] ?? 0,
      fifths: fifths[index] ?? [],
      end: residentMb(pid),
      peak: peakMb(pid) ?? 0,
    }));
    return {
      evening,
      full,
      memory,
      walBytesPerChange: (bytes - written.bytes) / (evening.changes + full.changes),
      walSyncsPerUpload: (syncs - written.syncs) / (evening.uploadMs.length + full.uploadMs.length),
    };
  } finally {
    for (const limit of limits) limit.release();
    devices.close();
  }
};

/** So many visitors, each of whom comes again at once. */
const visitFully = async (
  devices: LoadDevices,
  { length }: readonly UsedAccount[],
  { seed, seconds, visitors }: Pick<LoadGiven, 'seed' | 'seconds' | 'visitors'>,
): Promise<number> => {
  const chance = chanceFrom(seed);
  const until = performance.now() + seconds * 1_000;
  let visits = 0;
  const visitor = async (): Promise<void> => {
    while (performance.now() < until) {
      await devices.visit(visitFrom(chance, length));
      visits += 1;
    }
  };
  await Promise.all(Array.from({ length: visitors }, visitor));
  return visits;
};

const countCpu = (pids: readonly number[]): (() => number) => {
  const total = (): number => pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  const before = total();
  return () => total() - before;
};

const SAMPLE_MS = 200;

/** Looks at how much each process has until it is stopped, and answers the medians of the five parts of that time. */
const watchMemory = (pids: readonly number[]): { readonly stop: () => readonly (readonly number[])[] } => {
  const samples = pids.map((): number[] => []);
  const timer = setInterval(() => {
    for (const [index, pid] of pids.entries()) samples[index]!.push(residentMb(pid));
  }, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return samples.map((all) =>
        [0, 1, 2, 3, 4].map((fifth) =>
          percentile(
            all.slice(Math.floor((all.length * fifth) / 5), Math.floor((all.length * (fifth + 1)) / 5)),
            50,
          ),
        ),
      );
    },
  };
};

/** What Postgres has written to its log, and how often it has waited for the disk to have it (0 before 18). */
const writtenBy = async (client: pg.Client): Promise<{ readonly bytes: number; readonly syncs: number }> => {
  // A connection adds what it did to the statistics when it has had nothing to do for a while.
  await wait(1_200);
  const { rows } = await client.query<{ bytes: string; syncs: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as bytes,
       (select coalesce(sum(fsyncs), 0)::text from pg_stat_io where object = 'wal') as syncs`,
  );
  return { bytes: Number(rows[0]!.bytes), syncs: Number(rows[0]!.syncs) };
};
