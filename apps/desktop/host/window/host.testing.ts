/** A real host over a real folder, with a small page in place of the built one, and requests of any shape. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { type Host, type HostOptions, startHost } from './start-host.ts';

export const newFolder = (): string => join(mkdtempSync(join(tmpdir(), 'mhb-host-')), 'data');

/** It takes the bearer from the address and listens, as the real page does. */
const SCRIPT = `
  const bearer = new URLSearchParams(location.hash.slice(1)).get('bearer');
  history.replaceState(null, '', '/');
  fetch('/events', { headers: { Authorization: 'Bearer ' + bearer } }).then(async ({ body }) => {
    for await (const _ of body) document.title = 'listening';
  });
`;

/** `more` runs once the page listens. */
export const makePage = (more = ''): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mhb-page-'));
  mkdirSync(join(folder, '_app', 'immutable'), { recursive: true });
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>Page</title><script type="module" src="/_app/immutable/page.js"></script>',
  );
  writeFileSync(join(folder, '_app', 'immutable', 'page.js'), SCRIPT + more);
  return folder;
};

/** A clock that is moved; what waits for it is woken in order. */
export const movedClock = () => {
  let nowMs = Date.parse('2025-03-10T12:00:00Z');
  const waiting = new Map<object, { readonly atMs: number; readonly callback: () => void }>();
  return {
    nowMs: () => nowMs,
    wakeIn: (ms: number, callback: () => void) => {
      const id = {};
      waiting.set(id, { atMs: nowMs + ms, callback });
      return () => {
        waiting.delete(id);
      };
    },
    move: (ms: number) => {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = [...waiting]
          .filter(([, { atMs }]) => atMs <= untilMs)
          .toSorted(([, a], [, b]) => a.atMs - b.atMs);
        if (next === undefined) break;
        waiting.delete(next[0]);
        nowMs = Math.max(nowMs, next[1].atMs);
        next[1].callback();
      }
      nowMs = untilMs;
    },
  };
};

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends exactly this: no header comes from a browser or a library. */
export const send = async (port: number, path: string, sent: Sent = {}): Promise<Answered> => {
  const { method = 'GET', headers = {}, body } = sent;
  const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  const answered = new Promise<Answered>((resolve, reject) => {
    asking.on('error', reject);
    asking.on('response', (response) => {
      text(response).then(
        (read) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read });
        },
        (error: unknown) => {
          reject(error instanceof Error ? error : new Error('cut'));
        },
      );
    });
  });
  asking.end(body);
  return answered;
};

export interface TestHost extends Host {
  readonly dataDir: string;
  /** What a page that was let in sends with each request. */
  readonly ours: Readonly<Record<string, string>>;
  readonly cookie: string;
  readonly bearer: string;
  readonly send: (path: string, sent?: Sent) => Promise<Answered>;
  readonly post: (path: string, body: unknown) => Promise<Answer>;
  /** Waits for the events until one says so; answers all of them. */
  readonly events: (isLast: (event: Heard) => boolean) => Promise<readonly Heard[]>;
}

export interface Answer {
  readonly value?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
}

export interface Heard {
  readonly event: string;
  readonly data: unknown;
}

export const startTestHost = async (options: Partial<HostOptions> = {}): Promise<TestHost> => {
  const dataDir = options.dataDir ?? newFolder();
  const host = await startHost({
    page: makePage(),
    notifier: { notify: () => Promise.resolve('not_shown') },
    // As little as Argon2id allows, so that a test does not wait.
    passphraseCost: { memory_kib: 64, passes: 1, parallelism: 1 },
    ...options,
    dataDir,
  });
  onTestFinished(() => host.stop());
  await host.opened;
  const { pathname, search } = new URL(host.url);
  const opened = await send(host.port, pathname + search);
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
  const bearer = String(opened.headers.location).replace('/#bearer=', '');
  const ours = {
    Cookie: cookie,
    Authorization: `Bearer ${bearer}`,
    Origin: `http://127.0.0.1:${String(host.port)}`,
    'Sec-Fetch-Site': 'same-origin',
  };
  const sendOurs = (path: string, { headers = {}, ...sent }: Sent = {}) =>
    send(host.port, path, { ...sent, headers: { ...ours, ...headers } });
  return {
    ...host,
    dataDir,
    ours,
    cookie,
    bearer,
    send: sendOurs,
    post: async (path, body) => {
      const headers = { 'Content-Type': 'application/json' };
      const answered = await sendOurs(path, { method: 'POST', headers, body: JSON.stringify(body) });
      return JSON.parse(answered.body) as Answer;
    },
    events: (isLast) => hear(`http://127.0.0.1:${String(host.port)}/events`, ours, isLast),
  };
};

const hear = async (
  url: string,
  headers: Readonly<Record<string, string>>,
  isLast: (event: Heard) => boolean,
): Promise<readonly Heard[]> => {
  const { body } = await fetch(url, { headers });
  const heard: Heard[] = [];
  let unread = '';
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    unread += decoder.decode(chunk as Uint8Array, { stream: true });
    const parts = unread.split('\n\n');
    unread = parts.pop() ?? '';
    for (const part of parts) {
      const event = part.startsWith(':') ? { event: 'heartbeat', data: null } : readEvent(part);
      heard.push(event);
      if (isLast(event)) return heard;
    }
  }
  return heard;
};

const readEvent = (part: string): Heard => {
  const [event = '', data = 'null'] = part.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
  return { event, data: JSON.parse(data) as unknown };
};
