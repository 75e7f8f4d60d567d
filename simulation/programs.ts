/** The two programs as a person types them, for tests: real processes, real files, real standard streams. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const paths = {
  mhb: fileURLToPath(new URL('../apps/desktop/bin/mhb.js', import.meta.url)),
  'mhb-sync': fileURLToPath(new URL('../apps/sync-service/bin/mhb-sync.js', import.meta.url)),
};

export const HISTORY = fileURLToPath(new URL('../fixtures/original-app.db', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const runProgram = async (program: keyof typeof paths, args: readonly string[]): Promise<Ended> => {
  const child = spawn(process.execPath, [paths[program], ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, stdout, stderr };
};

/** The device of one folder, as `mhb` shows it. */
export const deviceIn = (dataDir: string) => {
  const mhb = (...args: readonly string[]): Promise<Ended> =>
    runProgram('mhb', ['--data-dir', dataDir, ...args]);
  const answer = async (...args: readonly string[]): Promise<Answer> => {
    const { stdout, stderr } = await mhb(...args);
    if (stdout === '') throw new Error(`mhb printed nothing, and said: ${stderr}`);
    return JSON.parse(stdout) as Answer;
  };
  return {
    mhb,
    /** What a command prints, whether it was done or refused. */
    call: (command: string, input: unknown = {}) => answer('call', command, JSON.stringify(input)),
    answer,
    /** The value of a command that must be done. */
    value: async (...args: readonly string[]): Promise<unknown> => {
      const printed = await answer(...args);
      if (printed.error !== undefined)
        throw new Error(`${args.join(' ')} was refused: ${printed.error.type}`);
      return printed.value;
    },
    exportJson: async (): Promise<string> => (await mhb('export', 'json')).stdout,
  };
};

export interface Answer {
  readonly value?: unknown;
  readonly error?: { readonly type: string; readonly message: string; readonly fields?: readonly string[] };
}

export interface RunningService {
  readonly url: string;
  readonly pid: number;
  /** Everything it has written to standard error so far. */
  readonly said: () => string;
  /** Asks it to stop and waits. Answers the exit code. */
  readonly stop: () => Promise<number | null>;
  readonly kill: () => Promise<void>;
}

/** Tests ask more often than people do. */
const UNLIMITED = { MHB_SYNC_REQUESTS_PER_MINUTE: '0' };

export const startService = async (
  dataDir: string,
  port = 0,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningService> => {
  const child = spawn(
    process.execPath,
    [paths['mhb-sync'], 'serve', '--data-dir', dataDir, '--port', String(port)],
    { env: { ...process.env, ...UNLIMITED, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = once(child, 'exit');
  const line = await Promise.race([
    once(child.stdout, 'data').then(([chunk]) => String(chunk)),
    ended.then(() => ''),
  ]);
  const url = /^listening on (\S+)\n$/.exec(line)?.[1];
  if (url === undefined || child.pid === undefined) throw new Error(`the service did not start: ${said}`);
  return {
    url,
    pid: child.pid,
    said: () => said,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** A new account on the service of a folder, whether it runs or not. */
export const createAccount = async (dataDir: string): Promise<string> => {
  const { stdout } = await runProgram('mhb-sync', ['accounts', 'create', '--data-dir', dataDir]);
  return (JSON.parse(stdout) as { api_key: string }).api_key;
};

/** Turns sync on at the first device. Answers the recovery phrase. */
export const turnSyncOn = async (
  device: ReturnType<typeof deviceIn>,
  account: { readonly url: string; readonly api_key: string },
): Promise<string> => {
  const { recovery_phrase, confirm_positions } = (await device.value(
    'call',
    'enable_sync',
    JSON.stringify(account),
  )) as { recovery_phrase: string; confirm_positions: readonly number[] };
  const words = Object.fromEntries(
    confirm_positions.map((position) => [String(position), recovery_phrase.split(' ')[position - 1]]),
  );
  await device.value('call', 'confirm_recovery_phrase', JSON.stringify({ words }));
  return recovery_phrase;
};
