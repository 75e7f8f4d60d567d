/**
 * The host of the window: serves the page to this computer alone, and carries what it asks to the device. Without the
 * cookie nothing is answered, without the bearer nothing of the person's; the first page comes in with a one-time key.
 */
import { APP_VERSION, type Notifier } from '@mhb/device';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { desktopNotifier } from '../notify.ts';
import type { Opening } from '../open-device.ts';
import { wakeIn as wakeWithTimer } from '../stay-in-folder.ts';
import { refused, sendJson, sendRefused, sendWords, setHeaders } from './answers.ts';
import { createDoor, type Door } from './door.ts';
import { IdleLock } from './idle-lock.ts';
import { LiveEvents } from './live-events.ts';
import { servePage } from './page-files.ts';
import { type RouteDeps, routes } from './routes.ts';
import { refuseForeign } from './same-origin.ts';
import { openSettings, type WindowSettings } from './settings.ts';
import { removeLeftFiles } from './transfer.ts';
import { WindowDevice } from './window-device.ts';

export interface HostOptions {
  readonly dataDir: string;
  /** Any free one where none is given. */
  readonly port?: number;
  /** The folder of the built page. */
  readonly page?: string;
  readonly notifier?: Notifier;
  readonly nowMs?: () => number;
  /** Calls back once after so many milliseconds. Returns how to cancel that. */
  readonly wakeIn?: (ms: number, callback: () => void) => () => void;
  readonly passphraseCost?: Opening['passphraseCost'];
  /** Told when the number of pages that listen has changed. */
  readonly onPages?: (count: number) => void;
  /** The page asks that the app ends. */
  readonly onQuit?: () => void;
}

export interface Host {
  /** Lets one page in, once, within two minutes. */
  readonly url: string;
  readonly port: number;
  /** Another such link. */
  readonly mintUrl: () => string;
  readonly settings: () => WindowSettings;
  /** How many pages listen. */
  readonly pages: () => number;
  /** Resolves when the device is open, or it is known why it is not. */
  readonly opened: Promise<void>;
  /** Ends every connection and closes the device. */
  readonly stop: () => Promise<void>;
}

const PAGE = fileURLToPath(new URL('../../build', import.meta.url));

export const startHost = async (options: HostOptions): Promise<Host> => {
  const { dataDir, nowMs = () => Date.now(), wakeIn = wakeWithTimer, onPages = () => undefined } = options;
  process.umask(0o077);
  removeLeftFiles(dataDir);
  const settings = openSettings(dataDir);
  const events = new LiveEvents({ wakeIn, onPages });
  const app = { version: APP_VERSION, folder: resolve(dataDir) };
  const state = () => ({ ...device.state, settings: settings.read(), app });
  const device = createDevice(options, { events, state, wakeIn, nowMs });
  const idle = new IdleLock({
    nowMs,
    wakeIn,
    minutes: () => settings.read().lock_after_minutes,
    lock: () => device.lock(),
  });
  const door = createDoor({ randomBytes, nowMs });
  const { server, port } = await listen(options.port ?? 0);
  const deps: RouteDeps = {
    dataDir,
    device,
    events,
    idle,
    settings,
    state,
    today: () => new Intl.DateTimeFormat('sv-SE').format(nowMs()),
    quit: options.onQuit ?? (() => undefined),
  };
  const page = servePage(options.page ?? PAGE);
  server.on('request', (request, response) => void handle({ ...deps, door, page, port }, request, response));
  const mintUrl = () => `http://127.0.0.1:${String(port)}/open?key=${door.mintKey()}`;
  const opened = device.start();
  return {
    url: mintUrl(),
    port,
    mintUrl,
    settings: () => settings.read(),
    pages: () => events.pages,
    opened,
    stop: async () => {
      idle.stop();
      events.close();
      server.close();
      await device.stop();
      server.closeAllConnections();
    },
  };
};

const createDevice = (
  { dataDir, passphraseCost, notifier = desktopNotifier() }: HostOptions,
  {
    events,
    state,
    wakeIn,
    nowMs,
  }: Pick<RouteDeps, 'events' | 'state'> & Required<Pick<HostOptions, 'wakeIn' | 'nowMs'>>,
): WindowDevice =>
  new WindowDevice({
    dataDir,
    wakeIn,
    nowMs,
    notifier,
    ...(passphraseCost === undefined ? {} : { passphraseCost }),
    onState: () => {
      events.send('state', state());
    },
    onChanged: (kinds) => {
      events.changed(kinds);
    },
    onProgress: (progress) => {
      events.send('progress', progress);
    },
    onReminder: ({ schedule_id, instrument }) => {
      events.send('reminder', { schedule_id, instrument });
      return events.pages > 0;
    },
  });

const listen = async (port: number): Promise<{ readonly server: Server; readonly port: number }> => {
  // Half an hour for a large file from a slow disk; headers come at once.
  const server = createServer({ requestTimeout: 30 * 60_000, headersTimeout: 10_000 });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' ? (address?.port ?? port) : port };
};

interface HandleDeps extends RouteDeps {
  readonly door: Door;
  readonly page: (request: IncomingMessage, response: ServerResponse) => void;
  readonly port: number;
}

/** Nothing a request can be makes this reject. */
const handle = async (
  deps: HandleDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  setHeaders(response);
  try {
    const foreign = refuseForeign(request, deps.port);
    if (foreign === undefined) await route(deps, request, response);
    else sendRefused(response, foreign);
  } catch (error) {
    // Its kind alone: a message may quote what a person wrote.
    process.stderr.write(`mhb: a request failed (${error instanceof Error ? error.name : 'unknown'})\n`);
    if (response.headersSent) response.destroy();
    else sendJson(response, 500, { error: { type: 'Failed', message: 'That could not be done.' } });
  }
};

const LINK_USED = 'This link has been used. Open Mental Health Bar again.';
const NO_COOKIE = 'This page is not open to you. Open Mental Health Bar again.';

const route = async (deps: HandleDeps, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { door, page, port } = deps;
  const { method = '', url = '/', headers } = request;
  const { pathname, searchParams } = new URL(`http://localhost${url}`);
  const [, first = '', rest = ''] = pathname.split('/');
  if (pathname === '/open') {
    letIn(deps, searchParams.get('key') ?? '', response, method);
    return;
  }
  const wantsPage = headers.accept?.includes('text/html') === true;
  if (!door.hasCookie(port, headers.cookie)) {
    if (wantsPage) sendWords(response, 401, NO_COOKIE);
    else sendRefused(response, refused(401, 'NotLetIn', NO_COOKIE));
    return;
  }
  const asked = routes[`${method} ${first}`];
  // A page of the app may have the name of a route: a browser that goes there has no bearer.
  if (asked === undefined || (wantsPage && headers.authorization === undefined)) {
    if (method === 'POST') sendRefused(response, refused(404, 'NotFound', 'There is nothing here.'));
    else page(request, response);
  } else if (door.hasBearer(headers.authorization)) {
    await asked(deps, { request, response, rest, query: searchParams });
  } else {
    sendRefused(response, refused(401, 'NotLetIn', NO_COOKIE));
  }
};

const letIn = ({ door, port }: HandleDeps, key: string, response: ServerResponse, method: string): void => {
  if (method !== 'GET' || !door.spendKey(key)) {
    sendWords(response, 401, LINK_USED);
    return;
  }
  response.writeHead(303, { 'Set-Cookie': door.cookie(port), Location: `/#bearer=${door.bearer}` });
  response.end();
};
