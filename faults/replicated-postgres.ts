/**
 * A Postgres and its synchronous standby, behind one address that moves: killed, failed over, and given a new standby.
 *
 *   services ──► current/ (a link) ──► cluster 1 ══ streams ══► cluster 2      kill 1, promote 2, move the link,
 *                                                                              copy 2 to cluster 3, stream again
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, vi } from 'vitest';
import {
  type Cluster,
  makeCluster,
  makeStandby,
  startCluster,
} from '../apps/sync-service/src/database/cluster.testing.ts';
import { endLeftover } from '../apps/sync-service/src/database/leftover.ts';
import { WAITING } from '../apps/sync-service/src/testing.ts';

export interface ReplicatedPostgres {
  /** A DATABASE_URL that always names the present primary. */
  readonly url: string;
  /** Kills the primary at once, and makes its standby the primary. What was acknowledged is on it. */
  readonly failOver: () => Promise<void>;
  /** Copies the present primary while it works, and waits until the copy follows it synchronously. */
  readonly addStandby: () => Promise<void>;
  /** Kills the primary at once and starts it again. */
  readonly restartAtOnce: () => Promise<void>;
}

const SETTINGS = { wal_keep_size: '1GB' };
const SYNCHRONOUS = 'follower';

export const startReplicated = async (): Promise<ReplicatedPostgres> => {
  const first = await makeCluster();
  const parent = join(first, '..');
  const link = join(parent, 'current');
  let standbyFolder = makeStandby(first, { folder: first });
  let primary = await startCluster(first, SETTINGS);
  let standby = await startCluster(standbyFolder, SETTINGS);
  let copies = 0;
  const point = (folder: string): void => {
    symlinkSync(folder, `${link}.next`);
    renameSync(`${link}.next`, link);
  };
  point(first);
  await followSynchronously(primary);

  return {
    url: `postgres:///postgres?host=${encodeURIComponent(link)}&user=mhb`,
    failOver: async () => {
      killAtOnce(primary.folder);
      // Not waited for in the statement: replaying the rest of the log may have to cancel whatever runs there.
      await ask(standby, 'select pg_promote(false)');
      await vi.waitFor(async () => {
        expect(await ask(standby, 'select pg_is_in_recovery() as "is"')).toEqual([{ is: false }]);
      }, WAITING);
      // Nobody follows the new primary yet; until somebody does, waiting for it would stop everything.
      await ask(standby, `alter system reset synchronous_standby_names`);
      await ask(standby, 'select pg_reload_conf()');
      primary = standby;
      point(primary.folder);
    },
    addStandby: async () => {
      copies += 1;
      standbyFolder = join(parent, `copy-${String(copies)}`);
      await copyRunning(primary, standbyFolder);
      standby = await startCluster(standbyFolder, SETTINGS);
      await followSynchronously(primary);
    },
    restartAtOnce: async () => {
      killAtOnce(primary.folder);
      // What it had started may not have noticed yet, and Postgres does not start beside it.
      await endLeftover(primary.folder);
      primary = await startCluster(primary.folder, SETTINGS);
    },
  };
};

const followSynchronously = async (primary: Cluster): Promise<void> => {
  await ask(primary, `alter system set synchronous_standby_names = '${SYNCHRONOUS}'`);
  await ask(primary, 'select pg_reload_conf()');
  await vi.waitFor(async () => {
    const [row] = await ask<{ sync_state: string }>(primary, 'select sync_state from pg_stat_replication');
    expect(row?.sync_state).toBe('sync');
  }, WAITING);
};

const ask = async <Row>({ url }: Pick<Cluster, 'url'>, text: string): Promise<readonly Row[]> => {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
};

/** The postmaster and everything it started; they notice that it is gone by themselves. */
const killAtOnce = (folder: string): void => {
  process.kill(Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
};

/** By the interface for backups of Postgres: files that change meanwhile are made whole by the log. */
const copyRunning = async (primary: Cluster, target: string): Promise<void> => {
  const client = new pg.Client(primary.url);
  await client.connect();
  try {
    await client.query("select pg_backup_start('copy', true)");
    execFileSync('cp', ['-a', primary.folder, target]);
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    for (const left of ['postmaster.pid', 'postmaster.opts', '.s.PGSQL.5432', '.s.PGSQL.5432.lock'])
      rmSync(join(target, left), { force: true });
    writeFileSync(join(target, 'backup_label'), rows[0]!.labelfile);
    cpSync(join(primary.folder, 'PG_VERSION'), join(target, 'standby.signal'));
    writeFileSync(
      join(target, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=${primary.folder} user=mhb application_name=${SYNCHRONOUS}'\n`,
    );
    execFileSync('chown', ['--reference', join(target, 'PG_VERSION'), join(target, 'backup_label')]);
    execFileSync('chown', ['--reference', join(target, 'PG_VERSION'), join(target, 'standby.signal')]);
  } finally {
    await client.end();
  }
};
