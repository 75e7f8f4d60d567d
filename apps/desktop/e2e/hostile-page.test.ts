/**
 * [C25] [C26] [C27] A page of somebody else, in the very browser that has our window open, cookie and all. It may try
 * whatever a page can; it gets nothing to read, and nothing changes.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenWindow, openWindow, useBrowser } from './window.testing.ts';

useBrowser();

let stranger: Server;
let strangerPort: number;

beforeAll(async () => {
  stranger = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end('<!doctype html><title>Somebody else</title><body></body>');
  }).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  strangerPort = (stranger.address() as AddressInfo).port;
});

afterAll(() => {
  stranger.close();
});

/** A page of the stranger's beside our window. */
const openStranger = async (window: OpenWindow): Promise<Page> => {
  const page = await window.page.context().newPage();
  await page.goto(`http://127.0.0.1:${String(strangerPort)}/`);
  return page;
};

const entries = async (window: OpenWindow): Promise<unknown> => window.call('get_mood_history', {});

test('another origin reads nothing and changes nothing, whatever kind of request it makes', async () => {
  await using window = await openWindow();
  await window.call('log_mood', { mood_rating: 2, notes: 'a private word' });
  const before = await entries(window);
  const page = await openStranger(window);
  const target = new URL(window.page.url()).origin;

  const got = await page.evaluate(async (ours) => {
    const attempt = async (path: string, init: RequestInit): Promise<string> => {
      try {
        const response = await fetch(`${ours}${path}`, { credentials: 'include', ...init });
        return `${response.type} ${String(response.status)} ${await response.text()}`;
      } catch {
        return 'failed';
      }
    };
    const body = '{"mood_rating":7}';
    const plain = { 'Content-Type': 'text/plain' };
    return Promise.all([
      attempt('/', {}),
      attempt('/', { mode: 'no-cors' }),
      attempt('/call/get_mood_history', { method: 'POST', body: '{}', mode: 'no-cors', headers: plain }),
      attempt('/call/log_mood', { method: 'POST', body, mode: 'no-cors', headers: plain }),
      attempt('/call/log_mood', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } }),
      attempt('/settings', { method: 'POST', body: '{"theme":"dark"}', mode: 'no-cors', headers: plain }),
      attempt('/quit', { method: 'POST', body: '{}', mode: 'no-cors', headers: plain }),
      attempt('/events', { mode: 'no-cors' }),
      attempt('/export/export_json', { mode: 'no-cors' }),
    ]);
  }, target);
  expect(got).toEqual(got.map((answer) => (answer.startsWith('opaque') ? 'opaque 0 ' : 'failed')));
  expect(await entries(window)).toEqual(before);
});

test('event streams, sockets, scripts, pictures, frames and forms of another origin get nothing', async () => {
  await using window = await openWindow();
  const page = await openStranger(window);
  const target = new URL(window.page.url()).origin;

  const got = await page.evaluate(async (ours) => {
    const outcome = (element: EventTarget, good: string): Promise<string> =>
      new Promise((resolve) => {
        element.addEventListener(good, () => {
          resolve('let in');
        });
        element.addEventListener('error', () => {
          resolve('refused');
        });
      });
    const add = (tag: 'img' | 'script', path: string): Promise<string> => {
      const element = document.createElement(tag);
      element.src = `${ours}${path}`;
      document.body.append(element);
      return outcome(element, 'load');
    };
    return Promise.all([
      outcome(new EventSource(`${ours}/events`, { withCredentials: true }), 'open'),
      outcome(new WebSocket(ours.replace('http', 'ws') + '/events'), 'open'),
      add('img', '/icon.svg'),
      add('img', '/call/log_mood?mood_rating=7'),
      add('script', '/_app/version.json'),
    ]);
  }, target);
  expect(got).toEqual(got.map(() => 'refused'));

  await page.evaluate((ours) => {
    const frame = document.createElement('iframe');
    frame.name = 'into';
    document.body.append(frame);
    const form = document.createElement('form');
    form.method = 'post';
    form.enctype = 'text/plain';
    form.action = `${ours}/call/log_mood`;
    form.target = 'into';
    const field = document.createElement('input');
    field.name = '{"mood_rating":7,"notes":"';
    field.value = '"}';
    form.append(field);
    document.body.append(form);
    form.submit();
  }, target);
  await page.waitForResponse((response) => response.url().endsWith('/call/log_mood'));
  expect(await entries(window)).toEqual({ value: [] });
});

test('a name that somebody pointed at this computer is not answered', async () => {
  await using window = await openWindow();
  const page = await openStranger(window);
  const { port } = new URL(window.page.url());
  // localhost.example is any name an attacker's own name server answers with 127.0.0.1.
  const status = await page.evaluate(async (address) => {
    const response = await fetch(address, { mode: 'no-cors' }).catch(() => undefined);
    return response === undefined ? 'failed' : `${response.type} ${String(response.status)}`;
  }, `http://rebound.localhost:${port}/`);
  expect(['failed', 'opaque 0']).toContain(status);
  const answer = await page.goto(`http://rebound.localhost:${port}/`);
  expect(answer?.status()).toBe(421);
  expect(await answer?.text()).not.toContain('_app');
});

test('without its cookie or without its bearer, not even our own page is answered', async () => {
  await using window = await openWindow();
  const { page } = window;
  const withoutBearer = await page.evaluate(async () => {
    const init = { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } };
    return [
      (await fetch('/call/get_mood_history', init)).status,
      (await fetch('/events')).status,
      (await fetch('/settings')).status,
      (await fetch('/export/export_json')).status,
    ];
  });
  expect(withoutBearer).toEqual([401, 401, 401, 401]);

  await page.context().clearCookies();
  expect(await page.evaluate(async () => (await fetch('/')).status)).toBe(401);
  expect(
    await page.evaluate(async () => {
      const headers = {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${sessionStorage.getItem('mhb-bearer') ?? ''}`,
      };
      return (await fetch('/call/get_mood_history', { method: 'POST', body: '{}', headers })).status;
    }),
  ).toBe(401);
});
