/**
 * Two services on one Postgres with a synchronous standby: the primary is killed and its standby takes its place, or
 * it is killed and started again, while several devices upload through both services. Nothing that was acknowledged
 * is lost or doubled. How often: MHB_FAILOVERS (10 unless told) and MHB_RESTARTS (20).
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createAccountIn, dataFolder, serve } from '../apps/sync-service/src/process.testing.ts';
import { startReplicated } from './replicated-postgres.ts';
import { readAll, type SteadyWriter, writeSteadily } from './steady-writer.ts';

const FAILOVERS = Number(process.env.MHB_FAILOVERS ?? '10');
const RESTARTS = Number(process.env.MHB_RESTARTS ?? '20');
const WRITERS = 4;
/** What a device does about each of these is to send the same batch again. */
const PASSING = ['no answer', 'unavailable', 'outcome_unknown'];

const openServices = async () => {
  const postgres = await startReplicated();
  const environment = { DATABASE_URL: postgres.url, MHB_SYNC_REQUESTS_PER_MINUTE: '0' };
  const folder = join(dataFolder(), 'unused');
  const first = await serve(folder, [], environment);
  const second = await serve(folder, [], environment);
  const account = await createAccountIn(folder, environment);
  return { postgres, account, addresses: [first.address, second.address] };
};

/** Every acknowledged record is there once, under seqs without a hole. */
const expectNothingLost = async (
  { account, addresses }: Awaited<ReturnType<typeof openServices>>,
  writers: readonly SteadyWriter[],
): Promise<string> => {
  const stored = await readAll(addresses[0]!, account);
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
  const ids = new Set(stored.map(({ id }) => id));
  expect(ids.size).toBe(stored.length);
  const acknowledged = writers.flatMap((writer) => writer.acknowledged);
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  expect(stored).toHaveLength(acknowledged.length);
  const others = writers.flatMap((writer) => [...writer.others]);
  expect(others.filter(([name]) => !PASSING.includes(name))).toEqual([]);
  const unknown = others
    .filter(([name]) => name === 'outcome_unknown')
    .reduce((sum, [, count]) => sum + count, 0);
  const pauseMs = Math.max(...writers.map((writer) => writer.pauseMs()));
  return `${String(acknowledged.length)} uploads acknowledged, none lost; ${String(unknown)} of unknown outcome; longest pause ${(pauseMs / 1_000).toFixed(1)} s`;
};

const underLoad = async (
  times: number,
  fault: (turn: number) => Promise<void>,
  services: Awaited<ReturnType<typeof openServices>>,
) => {
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    writeSteadily(
      services.addresses.toSorted(() => (index % 2 === 0 ? 1 : -1)),
      services.account,
    ),
  );
  for (let turn = 0; turn < times; turn += 1) {
    await writers[turn % WRITERS]!.untilMore(5);
    await wait(Math.random() * 150);
    await fault(turn);
    await Promise.all(writers.map((writer) => writer.untilMore(2)));
  }
  await Promise.all(writers.map((writer) => writer.finish()));
  return writers;
};

test(`[D2] [D12] [F55] ${String(FAILOVERS)} fail-overs to a synchronous standby lose nothing that was acknowledged`, async () => {
  const services = await openServices();
  const { postgres } = services;
  const failOver = async (turn: number): Promise<void> => {
    if (turn > 0) await postgres.addStandby();
    await postgres.failOver();
  };
  const writers = await underLoad(FAILOVERS, failOver, services);
  process.stdout.write(`${String(FAILOVERS)} fail-overs: ${await expectNothingLost(services, writers)}\n`);
});

test(`[D4] [F54] ${String(RESTARTS)} immediate restarts of Postgres under load lose nothing that was acknowledged`, async () => {
  const services = await openServices();
  const writers = await underLoad(RESTARTS, () => services.postgres.restartAtOnce(), services);
  process.stdout.write(`${String(RESTARTS)} restarts: ${await expectNothingLost(services, writers)}\n`);
});
