/** The operating system's key chain, as far as it is used here. */
import { setTimeout } from 'node:timers/promises';

/** What is used of `@napi-rs/keyring`. */
export interface KeyChain {
  readonly AsyncEntry: new (service: string, account: string, options: typeof pinned) => LaterEntry;
  readonly Entry: new (service: string, account: string, options: typeof pinned) => Entry;
}

export interface LaterEntry {
  readonly getPassword: () => Promise<string | null>;
  readonly setPassword: (text: string) => Promise<void>;
  readonly deletePassword: () => Promise<boolean>;
}

interface Entry {
  readonly setPassword: (text: string) => void;
  readonly deletePassword: () => boolean;
}

export const SERVICE = 'mental-health-bar';

/** The library would fall back to the kernel's keyring, which forgets everything when the computer restarts. */
export const pinned = { linux: { store: 'secret-service' } } as const;

export type Environment = Readonly<Record<string, string | undefined>>;

export const canHaveKeyChain = (environment: Environment): boolean =>
  process.platform !== 'linux' || Boolean(environment.DBUS_SESSION_BUS_ADDRESS);

const SILENT_MS_MAX = 5_000;

/** Rejects where the key chain is silent for five seconds, as it is while it waits for a person to unlock it. */
export const withinLimit = async <Value>(answer: Promise<Value>): Promise<Value> => {
  const waiting = new AbortController();
  const silent = setTimeout(SILENT_MS_MAX, undefined, { signal: waiting.signal }).then((): never => {
    throw new Error('the key chain is silent');
  });
  try {
    return await Promise.race([answer, silent]);
  } finally {
    waiting.abort();
  }
};
