/** What is promised of an acknowledgement, and which databases are refused because they could not keep it. */
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { StartProblem } from '../failures.ts';
import { openServiceDatabase } from '../open-service-database.ts';
import { run } from '../process.testing.ts';
import { WAITING } from '../testing.ts';
import { type Cluster, makeCluster, makeStandby, startCluster } from './cluster.testing.ts';

const open = (cluster: Cluster) =>
  openServiceDatabase({ url: cluster.url, dataDir: '/nowhere', purpose: 'serve', say: () => undefined });

const survivalOf = async (cluster: Cluster): Promise<string> => {
  const { durability, close } = await open(cluster);
  await close();
  return durability.survives.join(', ');
};

const tablesOf = async (cluster: Cluster): Promise<number> => {
  const client = new pg.Client(cluster.url);
  await client.connect();
  const { rows } = await client.query("select from pg_class where relnamespace = 'public'::regnamespace");
  await client.end();
  return rows.length;
};

test('[D12] a database that runs with fsync=off is refused with one sentence, and nothing is written to it', async () => {
  const cluster = await startCluster(await makeCluster(), { fsync: 'off' });
  await expect(open(cluster)).rejects.toThrow(
    new StartProblem('The database runs with fsync=off and would lose data. Turn fsync on.'),
  );
  expect(await tablesOf(cluster)).toBe(0);
  const { exit, stdout, stderr } = await run(['serve', '--port', '0'], { DATABASE_URL: cluster.url });
  expect([exit, stdout]).toEqual([1, '']);
  expect(stderr).toBe('mhb-sync: The database runs with fsync=off and would lose data. Turn fsync on.\n');
});

test('[D12] what an acknowledgement survives follows from how the database is set', async () => {
  const folder = await makeCluster();
  const settings = [
    [{}, 'a kill of the service, a kill of the database, a power failure'],
    [{ full_page_writes: 'off' }, 'a kill of the service, a kill of the database'],
    [{ synchronous_commit: 'off' }, 'a kill of the service'],
    [{ synchronous_commit: 'local' }, 'a kill of the service, a kill of the database, a power failure'],
  ] as const;
  for (const [setting, survives] of settings) {
    const cluster = await startCluster(folder, setting);
    expect(await survivalOf(cluster), JSON.stringify(setting)).toBe(survives);
    await cluster.stop();
  }
});

test('[D12] a standby is refused with one sentence, and its primary promises to survive its own loss', async () => {
  const folder = await makeCluster();
  const standbyFolder = makeStandby(folder, { folder });
  const primary = await startCluster(folder, { synchronous_standby_names: 'follower' });
  const standby = await startCluster(standbyFolder);
  await expect(open(standby)).rejects.toThrow(
    new StartProblem('DATABASE_URL names a standby. Give the address of the primary.'),
  );
  expect(await survivalOf(primary)).toBe(
    'a kill of the service, a kill of the database, a power failure, the loss of the primary',
  );
  await vi.waitFor(async () => {
    expect(await tablesOf(standby)).toBe(await tablesOf(primary));
  }, WAITING);
  await expect(open(standby)).rejects.toThrow('DATABASE_URL names a standby.');
});
