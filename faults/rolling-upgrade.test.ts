/**
 * Two services on one Postgres are replaced by the next version one after the other, and then by this one again, while
 * several devices upload through both: the new version migrates under load, two of it start at once, and this version
 * goes on and starts again on its tables. Nothing that was acknowledged is lost. How often: MHB_UPGRADES (3 unless told).
 */
import pg from 'pg';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeCluster, startCluster } from '../apps/sync-service/src/database/cluster.testing.ts';
import { countMigrations } from '../apps/sync-service/src/database/migrate.ts';
import { makeNextVersion } from '../apps/sync-service/src/database/next-version.testing.ts';
import {
  createAccountIn,
  dataFolder,
  type RunningService,
  serve,
} from '../apps/sync-service/src/process.testing.ts';
import { beginEvening } from './evening.ts';
import { readAll, writeSteadily } from './steady-writer.ts';

const UPGRADES = Number(process.env.MHB_UPGRADES ?? '3');
const WRITERS = 4;
const VISITS_PER_SECOND = 60;
/** What a device does about each of these is to send the same batch again. */
const PASSING = ['no answer', 'unavailable'];

/** Two services on a Postgres of their own, and how they are replaced. */
const openServices = async () => {
  const { url } = await startCluster(await makeCluster());
  const environment = { DATABASE_URL: url, MHB_SYNC_REQUESTS_PER_MINUTE: '0', MHB_SYNC_LOG_LEVEL: 'error' };
  const folder = join(dataFolder(), 'unused');
  const start = (port = '0', command?: string): Promise<RunningService> =>
    serve(folder, ['--port', port], environment, command);
  const services = [await start(), await start()];
  const client = new pg.Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  return {
    client,
    services,
    addresses: services.map(({ address }) => address),
    account: () => createAccountIn(folder, environment),
    ran: async (): Promise<number> => {
      const { rows } = await client.query<{ count: number }>(
        'select count(*)::integer as count from migration',
      );
      return rows[0]!.count;
    },
    startBeside: (command: string) => start('0', command),
    replace: async (index: number, command?: string): Promise<void> => {
      const before = services[index]!;
      expect((await before.stop()).exit).toBe(0);
      services[index] = await start(new URL(before.address).port, command);
    },
  };
};

/** The next version comes, migrates, and is taken back; between its steps work has to go on. */
const upgradeAndBack = async (
  { ran, startBeside, replace }: Awaited<ReturnType<typeof openServices>>,
  next: string,
  untilMore: () => Promise<unknown>,
): Promise<void> => {
  const ours = countMigrations();
  await untilMore();
  expect(await ran()).toBe(ours);

  // Both find the shape before and want to migrate.
  const early = await Promise.all([startBeside(next), startBeside(next)]);
  expect(await ran()).toBe(ours + 1);
  await untilMore();
  for (const service of early) await service.stop();
  // Taken back: this version starts on the tables of the next.
  for (const command of [next, undefined]) {
    for (const index of [0, 1]) {
      await replace(index, command);
      await untilMore();
    }
  }
};

test(`[D12] ${String(UPGRADES)} rolling upgrades under load, and back, lose nothing that was acknowledged`, async () => {
  const next = makeNextVersion();
  const pauses: number[] = [];
  let acknowledgedInAll = 0;
  for (let upgrade = 0; upgrade < UPGRADES; upgrade += 1) {
    const opened = await openServices();
    const account = await opened.account();
    const writers = Array.from({ length: WRITERS }, () => writeSteadily(opened.addresses, account));
    await upgradeAndBack(opened, next, () => Promise.all(writers.map((writer) => writer.untilMore(5))));
    await Promise.all(writers.map((writer) => writer.finish()));

    const stored = await readAll(opened.services[0]!.address, account);
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
    const acknowledged = writers.flatMap((writer) => writer.acknowledged);
    expect(stored.map(({ id }) => id).toSorted()).toEqual(acknowledged.toSorted());
    const others = writers.flatMap((writer) => [...writer.others.keys()]);
    expect(others.filter((name) => !PASSING.includes(name))).toEqual([]);
    acknowledgedInAll += acknowledged.length;
    pauses.push(...writers.map((writer) => writer.pauseMs()));
    for (const service of opened.services) await service.stop();
  }
  const pause = (Math.max(...pauses) / 1_000).toFixed(1);
  process.stdout.write(
    `${String(UPGRADES)} upgrades and back: ${String(acknowledgedInAll)} uploads acknowledged, none lost; longest pause ${pause} s\n`,
  );
});

test('[D12] an upgrade and back in an evening of thousands of devices loses nothing that was acknowledged', async () => {
  const next = makeNextVersion();
  const opened = await openServices();
  const evening = await beginEvening(opened.addresses, opened.client, VISITS_PER_SECOND);
  await upgradeAndBack(opened, next, () => evening.untilMore(100));
  await evening.end();
  process.stdout.write(`upgrade and back: ${await evening.expectNothingLost(opened.client)}\n`);
  for (const service of opened.services) await service.stop();
});
