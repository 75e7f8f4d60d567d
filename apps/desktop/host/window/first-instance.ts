/**
 * One window program per data folder. The first listens on a socket in the folder; a later start finds it there, has it
 * bring its window to the front, and ends. A socket that a killed program left answers nobody and is taken away.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** What a later start asks of the first: its window, or a link to print. */
export type Ask = 'raise' | 'link';
const asks: readonly string[] = ['raise', 'link'] satisfies readonly Ask[];

const TRIES_MAX = 5;
const ANSWERS_WITHIN_MS = 5_000;
/** What the system has room for in a socket's name, less a little. */
const PATH_BYTES_MAX = 100;

export interface FirstInstance {
  readonly close: () => void;
}

/**
 * Answers later starts from now on; the folder exists. Where another program was there before, what that one answered
 * to `ask`.
 */
export const becomeFirst = async (
  dataDir: string,
  ask: Ask,
  onAsk: (ask: Ask) => Promise<string>,
): Promise<FirstInstance | string> => {
  const path = socketPath(dataDir);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const server = await tryToListen(path, onAsk);
    if (server !== undefined)
      return {
        close: () => {
          server.close();
        },
      };
    const answer = await askAt(path, ask);
    if (answer !== undefined) return answer;
    await takeAway(path);
  }
  // A folder that takes no socket; the lock of the device still keeps two programs apart.
  return { close: () => undefined };
};

const tryToListen = async (
  path: string,
  onAsk: (ask: Ask) => Promise<string>,
): Promise<Server | undefined> => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.setTimeout(ANSWERS_WITHIN_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    void text(socket)
      .then((asked) => (isAsk(asked) ? onAsk(asked) : ''))
      .then(
        (answer) => socket.end(answer),
        () => socket.destroy(),
      );
  });
  try {
    server.listen(path);
    await once(server, 'listening');
    if (process.platform !== 'win32') chmodSync(path, 0o600);
    return server;
  } catch {
    return undefined;
  }
};

const askAt = async (path: string, ask: Ask): Promise<string | undefined> => {
  // In the temporary folder somebody else could have put one there.
  const uid = process.getuid?.();
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (process.platform !== 'win32' && (found === undefined || found.uid !== uid)) return undefined;
  const socket = createConnection(path);
  socket.setTimeout(ANSWERS_WITHIN_MS, () => socket.destroy());
  try {
    await once(socket, 'connect');
    socket.end(ask);
    const answer = await text(socket);
    return answer === '' ? undefined : answer;
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
};

/** Looks again after it moved it: another start may just have put a living one there, which gets its name back. */
const takeAway = async (path: string): Promise<void> => {
  const aside = `${path}.${String(process.pid)}`;
  try {
    renameSync(path, aside);
  } catch {
    // Another start was quicker.
    return;
  }
  if ((await askAt(aside, 'link')) === undefined) rmSync(aside, { force: true });
  else renameSync(aside, path);
};

const socketPath = (dataDir: string): string => {
  const folder = resolve(dataDir);
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  if (process.platform === 'win32') return `\\\\.\\pipe\\mental-health-bar-${hash}`;
  const path = join(folder, 'window.sock');
  return Buffer.byteLength(path) <= PATH_BYTES_MAX ? path : join(tmpdir(), `mhb-${hash}.sock`);
};

const isAsk = (asked: string): asked is Ask => asks.includes(asked);
