/** `npm start` as somebody types it: the app alone, with a service beside it, and as two devices in step. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const START = fileURLToPath(new URL('start.ts', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly find: (pattern: RegExp) => Promise<string>;
  readonly end: () => Promise<number | null>;
}

const startIt = (args: readonly string[]): Started => {
  const child = spawn(process.execPath, [START, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGTERM'));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  const ended = once(child, 'close');
  return {
    child,
    find: async (pattern) => {
      for (;;) {
        const [, found] = pattern.exec(printed) ?? [];
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`It has ended: ${printed}`);
        await Promise.race([once(child.stdout, 'data'), ended]);
      }
    },
    end: async () => {
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
};

/** What a page that came in through the link may ask. */
const comeIn = async (link: string) => {
  const { origin } = new URL(link);
  const { headers } = await fetch(link, { redirect: 'manual' });
  const ours = {
    Cookie: headers.get('set-cookie')?.split(';')[0] ?? '',
    Authorization: `Bearer ${headers.get('location')?.split('=')[1] ?? ''}`,
    Origin: origin,
    'Content-Type': 'application/json',
  };
  return {
    call: async (name: string, input: object): Promise<unknown> => {
      const body = JSON.stringify(input);
      return (await fetch(`${origin}/call/${name}`, { method: 'POST', headers: ours, body })).json();
    },
    /** Resolves once it hears of a change of this kind. */
    hears: async (kind: string): Promise<void> => {
      const { body } = await fetch(`${origin}/events`, { headers: ours });
      const decoder = new TextDecoder();
      let heard = '';
      for await (const chunk of body ?? []) {
        heard += decoder.decode(chunk as Uint8Array, { stream: true });
        if (heard.includes(`"${kind}"`)) return;
      }
    },
  };
};

const LINK = String.raw`(http://127\.0\.0\.1:\d+/open\?key=[\w-]{43})\n`;
const newFolder = (): string => join(mkdtempSync(join(tmpdir(), 'mhb-start-')), 'data');

test('the app opens on the folder that was named', async () => {
  const app = startIt(['--data-dir', newFolder(), '--no-window']);
  const page = await comeIn(await app.find(new RegExp(LINK)));
  expect(await page.call('log_mood', { mood_rating: 4 })).toMatchObject({ value: { mood_rating: 4 } });
  expect(await app.end()).toBe(0);
});

test('with a service beside it, address and key turn sync on; the key is shown once', async () => {
  const folder = newFolder();
  const app = startIt(['--data-dir', folder, '--no-window', '--service']);
  const url = await app.find(/Settings.*\n\n\s+(http:\S+)\n/);
  const api_key = await app.find(/\n\s+(mhb_\S+)\n/);
  const page = await comeIn(await app.find(new RegExp(LINK)));
  expect(await page.call('enable_sync', { url, api_key })).toMatchObject({
    value: { recovery_phrase: expect.any(String) as string },
  });
  expect(await app.end()).toBe(0);
  const again = startIt(['--data-dir', folder, '--no-window', '--service']);
  await again.find(new RegExp(LINK));
  await expect(Promise.race([again.find(/(mhb_\S+)/), again.end()])).resolves.toBe(0);
});

test('of two devices side by side, one shows what is entered in the other', async () => {
  const both = startIt(['--data-dir', newFolder(), '--no-window', '--demo']);
  const left = await comeIn(await both.find(new RegExp(`left: ${LINK}`)));
  const right = await comeIn(await both.find(new RegExp(`right: ${LINK}`)));
  const heard = right.hears('mood_entry');
  const made = await left.call('log_mood', { mood_rating: 7, notes: 'seen on both' });
  expect(made).toMatchObject({ value: { notes: 'seen on both' } });
  await heard;
  await expect
    .poll(() => right.call('get_mood_history', { limit: 1 }), { timeout: 20_000 })
    .toMatchObject({ value: [{ notes: 'seen on both' }] });
  expect(await both.end()).toBe(0);
});
