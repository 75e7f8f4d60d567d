/** One set-up of services under an evening, and then under as many visits as it can take. */
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { chanceFrom } from './chance.ts';
import type { UsedAccount } from './load-accounts.ts';
import { eveningOf, visitFrom } from './load-day.ts';
import { type Counts, LoadDevices, newCounts } from './load-devices.ts';
import { countCpuOfChildren, cpuMsOf, residentMb } from './load-figures.ts';
import type { LoadPlace } from './load-place.ts';
import { peakMb } from './peak-memory.ts';

export interface LoadGiven {
  readonly seconds: number;
  readonly peakPerSecond: number;
  readonly visitors: number;
  /** How many accounts have a second device with an event stream. */
  readonly online: number;
  readonly seed: number;
}

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
  readonly memory: readonly { readonly start: number; readonly end: number; readonly peak: number }[];
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
  try {
    await devices.openStreams(given.online);
    await visitFully(devices, accounts, {
      ...given,
      seconds: services.length,
      seed: given.seed + 1,
    });
    if (warming.errors > 0) throw new Error('the service did not answer as it should');
    const start = services.map(({ pid }) => residentMb(pid));
    const written = await writtenBy(client);
    const evening = await measure(() => visitInEvening(devices, accounts, given));
    const full = await measure(() => visitFully(devices, accounts, { ...given, seed: given.seed + 2 }));
    const { bytes, syncs } = await writtenBy(client);
    const memory = services.map(({ pid }, index) => ({
      start: start[index] ?? 0,
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
    devices.close();
  }
};

/** Each visit begins at its time, however many are still under way. */
const visitInEvening = async (
  devices: LoadDevices,
  { length }: readonly UsedAccount[],
  { seed, seconds, peakPerSecond }: LoadGiven,
): Promise<number> => {
  const visits = eveningOf({ seed, seconds, peakPerSecond, accounts: length });
  const begunAt = performance.now();
  const running: Promise<void>[] = [];
  for (const visit of visits) {
    const earlyMs = begunAt + visit.atMs - performance.now();
    if (earlyMs > 1) await wait(earlyMs);
    running.push(devices.visit(visit));
  }
  await Promise.all(running);
  return visits.length;
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
