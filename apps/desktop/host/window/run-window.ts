/**
 * The app while it runs: the host, and a window of it. It ends with the window, unless the person wants reminders and
 * sync to go on; a second start brings the window back.
 */
import { type AppWindow, openWindow, type Place, type WindowKind } from './windows.ts';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { becomeFirst } from './first-instance.ts';
import { type Host, startHost } from './start-host.ts';
import { wakeIn as wakeWithTimer } from '../stay-in-folder.ts';

export interface Running {
  readonly dataDir: string;
  readonly port?: number | undefined;
  /** The link is printed, and nothing is opened. */
  readonly withoutWindow: boolean;
  /** Starts without a window and stays. */
  readonly inBackground: boolean;
  readonly place?: Place | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told to end, by a signal. */
  readonly stopped: AbortSignal;
  readonly say: (line: string) => void;
  /** Calls back once after so many milliseconds. Returns how to cancel that. */
  readonly wakeIn?: (ms: number, callback: () => void) => () => void;
}

/** How long a browser may show no page of ours until the app takes itself for closed. */
export const NO_PAGE_MS = 30_000;

const IS_OPEN = 'It is open already; its window comes to the front.';

/** Resolves when the app has ended. */
export const runWindow = async (running: Running): Promise<void> => {
  const { dataDir, withoutWindow, inBackground, say } = running;
  makeFolder(dataDir);
  const ask = withoutWindow || inBackground ? 'link' : 'raise';
  const host = Promise.withResolvers<Host>();
  const app = new RunningWindow(running);
  const first = await becomeFirst(dataDir, ask, async (asked) => {
    const { mintUrl } = await host.promise;
    if (asked === 'raise') void app.raise();
    return mintUrl();
  });
  if (typeof first === 'string') {
    say(ask === 'raise' ? IS_OPEN : first);
    return;
  }
  try {
    await app.run(host.resolve);
  } finally {
    first.close();
  }
};

/** What is wrong with a folder that can't be made, the window says. */
const makeFolder = (dataDir: string): void => {
  process.umask(0o077);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch {
    // Opening the device says why.
  }
};

class RunningWindow {
  readonly #running: Running;
  readonly #ended = new AbortController();
  #host: Host | undefined;
  #window: AppWindow | undefined;
  #opening: Promise<void> | undefined;
  #cancelWait: () => void = () => undefined;

  constructor(running: Running) {
    this.#running = running;
  }

  async run(onHost: (host: Host) => void): Promise<void> {
    const { dataDir, port, stopped, inBackground, withoutWindow } = this.#running;
    const host = await startHost({
      dataDir,
      ...(port === undefined ? {} : { port }),
      onPages: (count) => {
        this.#watchPages(count);
      },
      onQuit: () => {
        this.#ended.abort();
      },
    });
    this.#host = host;
    onHost(host);
    if (withoutWindow) this.#print();
    else if (!inBackground) await this.raise();
    await untilAborted(AbortSignal.any([this.#ended.signal, stopped]));
    this.#cancelWait();
    this.#window?.close();
    await host.stop();
  }

  /** Brings the window to the front; opens one where there is none. */
  async raise(): Promise<void> {
    if (this.#window !== undefined && this.#window.kind !== 'none') {
      this.#window.raise(() => this.#mintUrl());
      return;
    }
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    await this.#opening;
  }

  async #open(): Promise<void> {
    const { dataDir, environment, place } = this.#running;
    const window = await openWindow({ dataDir, environment, place }, () => this.#mintUrl());
    this.#window = window;
    if (window.kind === 'none') this.#print();
    void window.closed.then(() => {
      if (this.#window === window) this.#window = undefined;
      this.#closed();
    });
    this.#watchPages(this.#host?.pages() ?? 0);
  }

  #closed(): void {
    if (this.#host?.settings().background !== true && !this.#running.inBackground) this.#ended.abort();
  }

  /** Of a browser's tabs only what they ask for is seen. */
  #watchPages(count: number): void {
    this.#cancelWait();
    const kind: WindowKind | undefined = this.#window?.kind;
    if (kind !== 'browser' || count > 0) return;
    const { wakeIn = wakeWithTimer } = this.#running;
    this.#cancelWait = wakeIn(NO_PAGE_MS, () => {
      this.#closed();
    });
  }

  #print(): void {
    const { say, withoutWindow } = this.#running;
    if (!withoutWindow) say('No window can be opened here. Open this link in a browser of this computer:');
    say(this.#mintUrl());
    say(
      'The link works once and for two minutes; “mhb open --no-window” prints another. Ctrl-C ends the app.',
    );
  }

  #mintUrl(): string {
    return this.#host?.mintUrl() ?? '';
  }
}

const untilAborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};
