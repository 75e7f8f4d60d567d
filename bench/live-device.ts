/** A device with its sync loop in a process of its own, as seen from the benchmark. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Asked, LiveDevice, Told } from './live-device-process.ts';

type Answered = Extract<Told, { readonly number: number }>;
type WithoutNumber<Of> = Of extends unknown ? Omit<Of, 'number'> : never;

export interface Live {
  readonly phrase: string | null;
  readonly call: <Value>(name: string, input: unknown) => Promise<Value>;
  /** With when the command began and ended; by the clock that all processes share. */
  readonly timed: (name: string, input: unknown) => Promise<Answered>;
  /** When the device shows this note of a check-in. */
  readonly lookFor: (id: string, notes: string) => Promise<Answered>;
  readonly stop: () => Promise<void>;
}

/** Resolves once it listens to what happens on the service. */
export const startLiveDevice = async (
  {
    folder,
    name,
    ...given
  }: Omit<LiveDevice, 'dataDir'> & { readonly folder: string; readonly name: string },
  signal: AbortSignal,
): Promise<Live> => {
  const job: LiveDevice = { ...given, dataDir: join(folder, name) };
  const child = fork(
    fileURLToPath(new URL('./live-device-process.ts', import.meta.url)),
    [JSON.stringify(job)],
    {
      execArgv: ['--max-semi-space-size=4', '--heap-growing-percent=25'],
      signal,
    },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.on('error', () => {
      if (child.pid === undefined) resolve();
    });
  });
  const waiting = new Map<number, (told: Answered) => void>();
  const phrase = await new Promise<string | null>((resolve, reject) => {
    child.on('message', (told: Told) => {
      if ('listening' in told) resolve(told.phrase);
      else waiting.get(told.number)?.(told);
    });
    void ended.then(() => {
      reject(new Error('a device ended before it listened'));
    });
  });
  let number = 0;
  const ask = (asked: WithoutNumber<Asked>): Promise<Answered> =>
    new Promise((resolve, reject) => {
      number += 1;
      waiting.set(number, resolve);
      child.send({ ...asked, number });
      void ended.then(() => {
        reject(new Error('a device ended before it answered'));
      });
    });
  return {
    phrase,
    call: async <Value>(call: string, input: unknown) => (await ask({ call, input })).value as Value,
    timed: (call, input) => ask({ call, input }),
    lookFor: (lookFor, notes) => ask({ lookFor, notes }),
    stop: () => {
      if (child.connected) child.disconnect();
      return ended;
    },
  };
};
