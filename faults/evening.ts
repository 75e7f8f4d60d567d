/**
 * Thousands of devices of thousands of accounts in an evening, as `npm run bench:load` has them, while something happens
 * to the services or to their Postgres. Each sends again what was not acknowledged, and in the end what Postgres holds
 * is held against what was acknowledged.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { expect } from 'vitest';
import { createUsedAccounts, type UsedAccount } from '../bench/load-accounts.ts';
import { LoadDevices, newCounts } from '../bench/load-devices.ts';
import { visitInEvening } from '../bench/load-evening.ts';
import { percentile } from '../bench/load-figures.ts';

const ACCOUNTS = 2_000;
const RECORDS = 20;
const STREAMS = 200;
/** Longer than anything that is waited for. */
const UP_TO_MS = 180_000;
const EVENING_SECONDS = 120;

export interface Evening {
  /** Until so many more uploads were acknowledged. */
  readonly untilMore: (uploads: number) => Promise<void>;
  /** No visit begins any more; resolves when all that have begun are over. */
  readonly end: () => Promise<void>;
  /** Holds what is stored against what was acknowledged, and says in a line how the evening was. */
  readonly expectNothingLost: (client: pg.Client) => Promise<string>;
}

export const beginEvening = async (
  urls: readonly string[],
  client: pg.Client,
  peakPerSecond: number,
): Promise<Evening> => {
  const accounts = await createUsedAccounts(client, ACCOUNTS, RECORDS);
  const counts = newCounts();
  /** By record, the seq that was acknowledged last. */
  const acknowledged = new Map<string, number>();
  let uploads = 0;
  let lastAt = performance.now();
  let pauseMs = 0;
  const onStored = (
    account: UsedAccount,
    applied: readonly { readonly id: string; readonly seq: number }[],
  ): void => {
    for (const { id, seq } of applied) acknowledged.set(`${account.accountId} ${id}`, seq);
    uploads += 1;
    const now = performance.now();
    pauseMs = Math.max(pauseMs, now - lastAt);
    lastAt = now;
  };
  const devices = new LoadDevices(urls, accounts, counts, { upToMs: UP_TO_MS, onStored });
  await devices.openStreams(STREAMS);

  const stopping = new AbortController();
  const visits = visitUntil(stopping.signal, devices, peakPerSecond);
  return {
    untilMore: async (count) => {
      const wanted = uploads + count;
      while (uploads < wanted) await wait(50);
    },
    end: async () => {
      stopping.abort();
      await visits;
      devices.close();
    },
    expectNothingLost: async (after) => {
      const { rows } = await after.query<{ record: string; seq: number }>(
        `select replace(account_id::text, '-', '') || ' ' || replace(record_id::text, '-', '') as record, seq::float8 as seq
         from record where seq > $1`,
        [RECORDS],
      );
      expect([...counts.errors]).toEqual([]);
      const stored = new Map(rows.map(({ record, seq }) => [record, seq]));
      const lost = [...acknowledged].filter(([record, seq]) => stored.get(record) !== seq);
      const untold = [...stored].filter(([record]) => !acknowledged.has(record));
      expect({ lost, untold }).toEqual({ lost: [], untold: [] });
      expect(uploads).toBeGreaterThan(0);
      return (
        `${String(uploads)} uploads acknowledged, none lost; ${String(counts.repeats)} requests sent again; ` +
        `no acknowledgement for ${seconds(pauseMs)} s at most; an upload took ${seconds(percentile(counts.uploadMs, 50))} s (p50), ` +
        `${seconds(percentile(counts.uploadMs, 99))} s (p99)`
      );
    },
  };
};

const seconds = (ms: number): string => (ms / 1_000).toFixed(ms < 1_000 ? 3 : 1);

/** One evening after the other. */
const visitUntil = async (
  signal: AbortSignal,
  devices: LoadDevices,
  peakPerSecond: number,
): Promise<void> => {
  for (let seed = 1; !signal.aborted; seed += 1) {
    const evening = { seed, seconds: EVENING_SECONDS, peakPerSecond, accounts: ACCOUNTS };
    await visitInEvening(devices, evening, signal);
  }
};
