/**
 * Who Postgres runs as. It refuses to be root, so a service that root has started hands its cluster to the system
 * user `postgres`. Where that user could not walk down to the folder (a private folder of root's), it is given the
 * one capability of passing through, and nothing else.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartProblem } from '../failures.ts';

const NAME = 'postgres';

export interface ClusterUser {
  /** Makes the user the owner of a folder. */
  readonly own: (path: string) => void;
  /** The program and arguments that run as the user. */
  readonly command: (
    program: string,
    args: readonly string[],
    paths: readonly string[],
  ) => readonly [string, string[]];
}

export const clusterUser = (): ClusterUser => {
  if (process.getuid?.() !== 0)
    return { own: () => undefined, command: (program, args) => [program, [...args]] };
  const { uid, gid } = findUser() ?? createUser();
  return {
    own: (path) => {
      chownSync(path, uid, gid);
    },
    command: (program, args, paths) => {
      if (!existsSync('/usr/bin/setpriv') && !existsSync('/bin/setpriv')) {
        throw new StartProblem(
          'Started as root, the service needs the program setpriv. Start it as another user.',
        );
      }
      const capabilities = paths.every((path) => isReachable(path, uid))
        ? []
        : // Postgres asks with access(2) whether it may, and that forgets capabilities unless the first of these is set.
          ['--securebits=+no_setuid_fixup', '--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];
      const identity = [`--reuid=${String(uid)}`, `--regid=${String(gid)}`, '--clear-groups'];
      return ['setpriv', [...identity, ...capabilities, '--', program, ...args]];
    },
  };
};

interface User {
  readonly uid: number;
  readonly gid: number;
}

const findUser = (): User | undefined => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${NAME}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
};

const createUser = (): User => {
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', NAME],
      {
        stdio: 'ignore',
      },
    );
  } catch {
    // Another start may have made it in the same moment; what counts is that it is there.
  }
  const user = findUser();
  if (user === undefined) {
    throw new StartProblem(
      'Postgres does not run as root and no user for it could be made. Start as another user.',
    );
  }
  return user;
};

/** Whether every folder on the way down lets the user through. */
const isReachable = (path: string, uid: number): boolean => {
  const { mode, uid: owner } = statSync(path);
  const mayPass = owner === uid ? (mode & 0o100) !== 0 : (mode & 0o001) !== 0;
  return mayPass && (path === dirname(path) || isReachable(dirname(path), uid));
};
