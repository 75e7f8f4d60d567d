/**
 * One machine of three under Patroni, from the files of deploy/postgres/patroni: etcd, Patroni, and the Postgres that
 * Patroni runs. It is an address of its own in 127.0.0.0/8, so that all of them use the ports of the files.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterUser } from '../apps/sync-service/src/database/cluster-user.ts';
import { endLeftover } from '../apps/sync-service/src/database/leftover.ts';
import { statOf } from '../bench/load-figures.ts';

export const FILES = 'deploy/postgres/patroni';
/** In the place of every password of the files. */
export const PASSWORD = 'of-this-test';
export const PATRONI = '/usr/bin/patroni';
export const ETCD = '/usr/bin/etcd';

/** Debian's, with what Patroni calls beside it. */
export const postgresPrograms = (): string | undefined =>
  (existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [])
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => `/usr/lib/postgresql/${version}/bin`)
    .find((folder) =>
      ['postgres', 'pg_basebackup', 'pg_rewind'].every((one) => existsSync(join(folder, one))),
    );

export interface Machine {
  readonly name: string;
  readonly address: string;
  /** Everything on it ends at once. */
  readonly lose: () => Promise<void>;
  /** Everything on it stops where it is, and goes on when it is let go, unaware of the time between. */
  readonly freeze: () => void;
  readonly letGo: () => void;
  readonly start: () => void;
}

export interface Place {
  readonly name: string;
  readonly address: string;
  /** The first three numbers of all addresses. */
  readonly network: string;
  readonly folder: string;
  /** Where Postgres's are. */
  readonly programs: string;
}

const dataOf = ({ folder }: Place): string => join(folder, 'data');

/** A file as the operator of this machine has it: the files are those of `one`, on the network 10.0.0.0/24. */
const readAdapted = (file: string, place: Place): string =>
  readFileSync(join(FILES, file), 'utf8')
    .replaceAll(/10\.0\.0\.1(?=:\d+$)/gm, place.address)
    .replace('_NAME=one', `_NAME=${place.name}`)
    .replaceAll('10.0.0.0/24', '127.0.0.0/8')
    .replaceAll('10.0.0.', `${place.network}.`)
    .replaceAll('0.0.0.0', place.address)
    .replaceAll(/change-me-\d/g, PASSWORD)
    .replaceAll('/var/run/postgresql', place.folder)
    .replaceAll('/var/lib/postgresql/15-mhb.pgpass', join(place.folder, 'pgpass'))
    .replaceAll('/var/lib/postgresql/15/mhb', dataOf(place))
    .replaceAll('/usr/lib/postgresql/15/bin', place.programs);

const environmentOf = (file: string, place: Place): NodeJS.ProcessEnv => ({
  ...process.env,
  ...Object.fromEntries(
    [...readAdapted(file, place).matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, key = '', value = '']) => [
      key,
      value,
    ]),
  ),
});

/** Not started yet. */
export const makeMachine = (place: Place): Machine => {
  const { name, address, folder } = place;
  const user = clusterUser();
  const data = dataOf(place);
  const settings = join(folder, 'patroni.yaml');
  writeFileSync(settings, readAdapted('patroni.yaml', place));
  user.own(folder);

  let running: readonly ChildProcess[] = [];
  const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess => {
    const [command, list] = user.command(program, args, [folder]);
    const log = openSync(join(folder, 'log'), 'a');
    const child = spawn(command, list, { cwd: folder, stdio: ['ignore', log, log], env });
    closeSync(log);
    child.on('error', () => undefined);
    return child;
  };
  const all = (): readonly number[] => {
    const own = running.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    const postmaster = readPostmaster(data);
    return withChildren([...own, ...(postmaster === undefined ? [] : [postmaster])]);
  };
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of all()) {
      try {
        process.kill(pid, name);
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  return {
    name,
    address,
    start: () => {
      running = [
        run(ETCD, ['--data-dir', join(folder, 'etcd')], environmentOf('etcd', place)),
        run(PATRONI, [settings], environmentOf('env.conf', place)),
      ];
    },
    lose: async () => {
      const living = running.filter(({ exitCode, signalCode }) => (exitCode ?? signalCode) === null);
      const ended = living.map((child) => once(child, 'exit'));
      signal('SIGKILL');
      await Promise.all(ended);
      // Processes of Postgres notice by themselves that it is gone; one may be about to.
      if (existsSync(data)) await endLeftover(data);
      running = [];
    },
    freeze: () => {
      signal('SIGSTOP');
    },
    letGo: () => {
      signal('SIGCONT');
    },
  };
};

const readPostmaster = (data: string): number | undefined => {
  try {
    return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
};

/** Processes and all that they have started, as far down as it goes. */
const withChildren = (pids: readonly number[]): readonly number[] => {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), statOf(name)?.parent] as const),
  );
  const found = new Set(pids);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const [pid, parent] of parents) if (parent !== undefined && found.has(parent)) found.add(pid);
  }
  return [...found];
};
