/**
 * Two instances of the service on one Postgres, and requests that race on both: a batch counts once wherever it lands,
 * and a reader that follows while eight devices write misses nothing. `MHB_RACES` says how many races, 300 without it;
 * `MHB_ROWS` how many records are written, 4,000 without it.
 */
import type { DownloadAnswer, UploadAnswer } from '@mhb/core-domain/wire';
import { temporaryFolder } from '@mhb/device/testing';
import { createAccount, createApp, openServiceDatabase, type ServiceDatabase } from '@mhb/sync-service';
import { randomBytes, randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';

const RACES = Number(process.env.MHB_RACES ?? '300');
const ROWS = Number(process.env.MHB_ROWS ?? '4000');
const WRITERS = 8;

type App = Awaited<ReturnType<typeof createApp>>;

const folder = temporaryFolder();
let databases: readonly ServiceDatabase[];
let instances: readonly App[];
beforeAll(async () => {
  const choice = { url: undefined, dataDir: folder, say: () => undefined };
  const first = await openServiceDatabase({ ...choice, purpose: 'serve' });
  // With connections of its own, as a second process would have them.
  const second = await openServiceDatabase({ ...choice, purpose: 'command' });
  databases = [first, second];
  instances = await Promise.all(databases.map((database) => createApp({ ...database, logger: false })));
});
afterAll(async () => {
  for (const instance of instances) await instance.close();
  for (const { close } of databases.toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

const newAccount = async (): Promise<string> => {
  const [first] = databases;
  if (first === undefined) throw new Error('the service is open');
  return (await createAccount(first)).apiKey;
};

const ask = async <Body>(at: number, apiKey: string, url: string, body: object) => {
  const answer = await instances[at % instances.length]!.inject({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${apiKey}` },
    payload: body,
  });
  return { status: answer.statusCode, body: answer.json<Body>() };
};

const DEVICE_ID = '00000000000000a1';
const newId = (): string => randomBytes(16).toString('hex');
const newChange = () => ({
  id: newId(),
  base: 0,
  sealed: Buffer.concat([Buffer.from([1, 1]), randomBytes(568)]).toString('base64'),
});
const newBatch = (count: number) => ({
  device_id: DEVICE_ID,
  batch_id: newId(),
  changes: Array.from({ length: count }, newChange),
});

test(`[D4] in ${String(RACES)} races of one batch on two instances it is stored once, and both give one answer`, async () => {
  const apiKey = await newAccount();
  let head = 0;
  for (let race = 0; race < RACES; race += 1) {
    const batch = newBatch(randomInt(1, 4));
    const copies = randomInt(2, 5);
    const answers = await Promise.all(
      Array.from({ length: copies }, (_, at) => ask<UploadAnswer>(at, apiKey, '/v1/sync/upload', batch)),
    );
    const applied = batch.changes.map(({ id }, index) => ({ id, seq: head + index + 1 }));
    head += applied.length;
    const expected = { status: 200, body: { applied, conflicts: [], rejected: [], head } };
    expect(answers).toEqual(answers.map(() => expected));
  }
  const { body } = await ask<DownloadAnswer>(0, apiKey, '/v1/sync/download', {
    device_id: DEVICE_ID,
    since: null,
    limit: 1,
  });
  expect(body).toMatchObject({ head, remaining: head - 1 });
});

/** Follows the cursor, now on this instance and now on that, until it is over and then once more to the end. */
const follow = async (
  apiKey: string,
  isOver: () => boolean,
): Promise<readonly (readonly [string, number])[]> => {
  const seen: (readonly [string, number])[] = [];
  let since: string | null = null;
  for (let at = 0, isLast = false; ; at += 1) {
    if (!isLast) isLast = isOver();
    const request = { device_id: DEVICE_ID, since, limit: randomInt(1, 500) };
    const page: { readonly body: DownloadAnswer } = await ask(at, apiKey, '/v1/sync/download', request);
    seen.push(...page.body.records.map(({ id, seq }) => [id, seq] as const));
    since = page.body.next;
    if (isLast && !page.body.has_more) return seen;
  }
};

test(`[D2] of ${String(ROWS)} records that eight devices write at once a reader misses none`, async () => {
  const apiKey = await newAccount();
  let left = ROWS;
  const writer = async (number: number): Promise<readonly (readonly [string, number])[]> => {
    const written: (readonly [string, number])[] = [];
    for (let at = number; left > 0; at += 1) {
      const count = Math.min(left, randomInt(1, 60));
      left -= count;
      const { status, body } = await ask<UploadAnswer>(at, apiKey, '/v1/sync/upload', newBatch(count));
      expect(status).toBe(200);
      written.push(...body.applied.map(({ id, seq }) => [id, seq] as const));
    }
    return written;
  };
  let isOver = false;
  const readers = [1, 2].map(() => follow(apiKey, () => isOver));
  const written = (await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)))).flat();
  isOver = true;
  const inOrder = written.toSorted(([, a], [, b]) => a - b);
  expect(inOrder.map(([, seq]) => seq)).toEqual(Array.from({ length: ROWS }, (_, index) => index + 1));
  for (const seen of await Promise.all(readers)) expect(seen).toEqual(inOrder);
});
