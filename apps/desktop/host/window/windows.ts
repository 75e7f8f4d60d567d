/**
 * The window of the app, in what this computer has: WebKitGTK through gjs, a browser of the Chromium family without its
 * bars, or the browser the person uses. Where there is no screen there is none, and the link is printed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type WindowKind = 'gjs' | 'chromium' | 'browser' | 'none';
export type Place = 'left' | 'right';

export interface AppWindow {
  readonly kind: WindowKind;
  /** Resolves when the person closed it; never where that can't be seen, as in a browser. */
  readonly closed: Promise<void>;
  /** Brings it to the front, with a fresh link for one that has to be opened anew. */
  readonly raise: (mintUrl: () => string) => void;
  readonly close: () => void;
}

export interface WindowDeps {
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly place?: Place | undefined;
}

type OpenWindow = (deps: WindowDeps, mintUrl: () => string) => Promise<AppWindow | undefined>;

/** Tries one after the other. `none` where nothing opens. */
export const openWindow = async (
  deps: WindowDeps,
  mintUrl: () => string,
  kinds: readonly WindowKind[] = kindsFor(deps.environment),
): Promise<AppWindow> => {
  for (const kind of kinds) {
    const window = await openers[kind](deps, mintUrl);
    if (window !== undefined) return window;
  }
  return noWindow;
};

export const kindsFor = (environment: WindowDeps['environment']): readonly WindowKind[] => {
  const asked = environment.MHB_WINDOW;
  if (asked !== undefined && asked !== '') return isKind(asked) ? [asked] : ['none'];
  if (process.platform !== 'linux') return ['chromium', 'browser'];
  return hasDisplay(environment) ? ['gjs', 'chromium', 'browser'] : ['none'];
};

export const hasDisplay = (environment: WindowDeps['environment']): boolean =>
  process.platform !== 'linux' || Boolean(environment.DISPLAY) || Boolean(environment.WAYLAND_DISPLAY);

const SCRIPT = fileURLToPath(new URL('webkit-window.js', import.meta.url));

const openGjs: OpenWindow = async ({ environment, place }, mintUrl) => {
  const gjs = findProgram('gjs', environment);
  if (gjs === undefined) return undefined;
  const child = spawn(gjs, [SCRIPT, ...(place === undefined ? [] : [place])], {
    // What WebKit has to say to a developer is none of the person's.
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...environment },
  });
  child.stdin.on('error', () => undefined);
  const closed = ended(child);
  // Without WebKitGTK it ends before it has said anything.
  const line = once(createInterface({ input: child.stdout }), 'line').then(() => true);
  if (!(await Promise.race([line, closed.then(() => false)]))) return undefined;
  child.stdin.write(`open ${mintUrl()}\n`);
  return {
    kind: 'gjs',
    closed,
    raise: () => child.stdin.write('raise\n'),
    close: () => child.kill('SIGTERM'),
  };
};

const CHROMIUMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'brave-browser'];
const EDGES = ['microsoft-edge', 'microsoft-edge-stable'];
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
    String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  ],
};

/** What it starts with and what it asks its makers is switched off; its profile holds nothing of other sites. */
const CHROMIUM_FLAGS = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--disable-breakpad',
  '--password-store=basic',
];

const openChromium: OpenWindow = async ({ dataDir, environment, place }, mintUrl) => {
  const program = [...CHROMIUMS, ...EDGES, ...(ELSEWHERE[process.platform] ?? [])]
    .map((name) => findProgram(name, environment))
    .find((path) => path !== undefined);
  if (program === undefined) return undefined;
  const profile = join(dataDir, 'window-profile');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const start = (): ChildProcess =>
    spawn(
      program,
      [
        `--app=${mintUrl()}`,
        `--user-data-dir=${profile}`,
        ...(place === undefined
          ? ['--window-size=1100,780']
          : ['--window-size=800,900', `--window-position=${place === 'left' ? '0' : '800'},0`]),
        ...CHROMIUM_FLAGS,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      { stdio: 'ignore', env: { ...environment } },
    );
  const child = start();
  const closed = ended(child);
  const raise = (): void => {
    start().on('error', () => undefined);
  };
  const early = await Promise.race([closed.then(() => child.exitCode ?? 1), pauseOf(HANDED_OVER_MS)]);
  // Another of the same profile, left by a host that was killed, took it over: it is seen by what its page asks.
  if (early === 0)
    return { kind: 'browser', closed: new Promise(() => undefined), raise, close: () => undefined };
  if (early !== undefined) return undefined;
  // The one that runs takes a second one over.
  return { kind: 'chromium', closed, raise, close: () => child.kill('SIGTERM') };
};

/** A browser that ends so soon after its start has given its window to another, or can't be used. */
const HANDED_OVER_MS = 1_500;

const pauseOf = (ms: number): Promise<undefined> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms, undefined).unref();
  });

const openBrowser: OpenWindow = async ({ environment }, mintUrl) => {
  const start = async (): Promise<boolean> => {
    const [name, args] = browserCommand(mintUrl());
    const program = findProgram(name, environment);
    if (program === undefined) return false;
    const child = spawn(program, args, { stdio: 'ignore', env: { ...environment }, detached: true });
    child.unref();
    return once(child, 'exit').then(
      ([code]) => code === 0,
      () => false,
    );
  };
  if (!(await start())) return undefined;
  return {
    kind: 'browser',
    closed: new Promise(() => undefined),
    raise: () => void start(),
    close: () => undefined,
  };
};

const browserCommand = (url: string): readonly [string, readonly string[]] => {
  if (process.platform === 'darwin') return ['open', [url]];
  if (process.platform === 'win32') return ['rundll32.exe', ['url.dll,FileProtocolHandler', url]];
  return ['xdg-open', [url]];
};

const noWindow: AppWindow = {
  kind: 'none',
  closed: new Promise(() => undefined),
  raise: () => undefined,
  close: () => undefined,
};

const openers: Readonly<Record<WindowKind, OpenWindow>> = {
  gjs: openGjs,
  chromium: openChromium,
  browser: openBrowser,
  none: () => Promise.resolve(noWindow),
};

const isKind = (text: string): text is WindowKind => Object.hasOwn(openers, text);

/** Resolves when it has ended, or could not be started. */
const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });

/** A program that may be run, by its path or in one of the folders of PATH. */
export const findProgram = (
  name: string,
  { PATH = '' }: Readonly<Record<string, string | undefined>>,
): string | undefined => {
  const isPath = name.includes('/') || name.includes('\\');
  const places = isPath ? [name] : PATH.split(delimiter).map((folder) => join(folder, name));
  return places.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
};
