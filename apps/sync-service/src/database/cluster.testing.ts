/** Postgres clusters of a test's own, set as an operator may have set theirs. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { temporaryFolder, WAITING } from '../testing.ts';
import { findBinaries } from './binaries.ts';
import { clusterUser } from './cluster-user.ts';
import { runningSocketFolder } from './leftover.ts';

export interface Cluster {
  readonly folder: string;
  /** A DATABASE_URL. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export const makeCluster = async (): Promise<string> => {
  const binaries = await findBinaries();
  const user = clusterUser();
  const folder = join(temporaryFolder(), 'cluster');
  mkdirSync(folder, { mode: 0o700 });
  user.own(folder);
  const args = ['-D', folder, '-U', 'mhb', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const [program, list] = user.command(binaries.initdb, args, [folder, binaries.root]);
  execFileSync(program, list, { stdio: 'ignore', cwd: '/' });
  onTestFinished(() => {
    execFileSync('rm', ['-r', join(folder, '..')]);
  });
  return folder;
};

/** A copy of a stopped cluster that follows the original. */
export const makeStandby = (folder: string, primary: Pick<Cluster, 'folder'>): string => {
  execFileSync('cp', ['-a', folder, `${folder}-standby`]);
  const standby = `${folder}-standby`;
  writeFileSync(join(standby, 'standby.signal'), '');
  writeFileSync(
    join(standby, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=${primary.folder} user=mhb application_name=follower'\n`,
  );
  return standby;
};

export const startCluster = async (
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Cluster> => {
  const binaries = await findBinaries();
  const user = clusterUser();
  const all = { listen_addresses: '', unix_socket_directories: folder, shared_buffers: '16MB', ...settings };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [program, list] = user.command(
    binaries.postgres,
    ['-D', folder, ...options],
    [folder, binaries.root],
  );
  const child = spawn(program, list, { stdio: 'ignore', cwd: '/' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGQUIT');
    await ended;
  };
  onTestFinished(stop);
  await vi.waitFor(() => {
    expect(runningSocketFolder(folder)).toBe(folder);
  }, WAITING);
  return { folder, url: `postgres:///postgres?host=${encodeURIComponent(folder)}&user=mhb`, stop };
};
