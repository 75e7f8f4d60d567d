/**
 * Three machines under Patroni, two services, and an evening of thousands of devices: the machine that leads is lost,
 * handed over, and frozen as if nobody reached it, and every time another takes its place by itself. Nothing that was
 * acknowledged is lost, and what was lost comes back as a standby. How often: MHB_PATRONI_TURNS (2 unless told) of each.
 * Needs Debian's patroni, etcd-server, haproxy and postgresql; skipped without.
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { test } from 'vitest';
import { createAccountIn, dataFolder, serve } from '../apps/sync-service/src/process.testing.ts';
import { beginEvening } from './evening.ts';
import { hasPatroni, type PatroniCluster, startPatroniCluster } from './patroni-cluster.ts';

const TURNS = Number(process.env.MHB_PATRONI_TURNS ?? '2');
const VISITS_PER_SECOND = 60;
/** Longer than the lease of the one that leads. */
const FROZEN_MS = 30_000;

type Fault = (cluster: PatroniCluster) => Promise<void>;

const loseMachine: Fault = async (cluster) => {
  const lost = await cluster.primary();
  await lost.lose();
  await cluster.untilAnotherLeads(lost);
  lost.start();
};

const handOver: Fault = async (cluster) => {
  const before = await cluster.primary();
  await cluster.switchOver();
  await cluster.untilAnotherLeads(before);
};

/** When it goes on it believes for a moment that it leads still. */
const freezeMachine: Fault = async (cluster) => {
  const frozen = await cluster.primary();
  frozen.freeze();
  await wait(FROZEN_MS);
  await cluster.untilAnotherLeads(frozen);
  frozen.letGo();
};

test.skipIf(!hasPatroni()).each([
  ['its machine is lost', loseMachine],
  ['it is handed over', handOver],
  ['it is frozen', freezeMachine],
] as const)(
  `[D2] [D12] [F55] [F57] the primary is replaced by Patroni ${String(TURNS)} times in an evening when %s, and nothing is lost`,
  async (name, fault) => {
    const cluster = await startPatroniCluster();
    const environment = {
      DATABASE_URL: cluster.url,
      MHB_SYNC_REQUESTS_PER_MINUTE: '0',
      MHB_SYNC_LOG_LEVEL: 'error',
    };
    const folder = join(dataFolder(), 'unused');
    const services = [await serve(folder, [], environment), await serve(folder, [], environment)];
    await createAccountIn(folder, environment);
    const client = new pg.Client(cluster.url);
    client.on('error', () => undefined);
    await client.connect();
    const evening = await beginEvening(
      services.map(({ address }) => address),
      client,
      VISITS_PER_SECOND,
    );
    await client.end();
    for (let turn = 0; turn < TURNS; turn += 1) {
      await evening.untilMore(200);
      await fault(cluster);
      await cluster.untilWhole();
      await evening.untilMore(50);
    }
    await evening.end();

    const after = new pg.Client(cluster.url);
    after.on('error', () => undefined);
    await after.connect();
    process.stdout.write(`${name}, ${String(TURNS)} times: ${await evening.expectNothingLost(after)}\n`);
    await after.end();
    for (const service of services) await service.stop();
  },
);
