/**
 * The whole surface of the service, asked from nothing but its own document: every answer is one that the document
 * names for that route, none is a failure of the service, no refusal repeats anything, and memory stays where it was.
 * `MHB_HTTP_REQUESTS` says how many requests; 20,000 without it.
 */
import { errorCodes, isErrorCode, type Problem } from '@mhb/core-domain/wire';
import fc from 'fast-check';
import { hash } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import {
  anyAddress,
  anyChange,
  anyHeaders,
  anyMethod,
  anything,
  type BodyChange,
  type Caller,
  callers,
  changed,
  type TextChange,
  textChanges,
} from './hostile-http.ts';
import { namesIn, type Route, routesOf } from './openapi.ts';
import { SeenBefore } from './seen-before.ts';
import { type Memory, startWatchedService, type WatchedService } from './watched-service.ts';

const REQUESTS = Number(process.env.MHB_HTTP_REQUESTS ?? '20000');
/** From one device at the same time. */
const PARALLEL = 8;

interface Recipe {
  /** Where it stands in the document. */
  readonly route: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly changes: readonly BodyChange[];
  readonly textChange: TextChange;
  readonly headers: Readonly<Record<string, string>>;
  readonly caller: Caller;
  /** Instead of the route's own. */
  readonly method: string | null;
  readonly address: string | null;
}

const anyRecipe = (routes: readonly Route[]): fc.Arbitrary<Recipe> =>
  fc.constantFrom(...routes.entries()).chain(([index, route]) =>
    fc.record({
      route: fc.constant(index),
      parameters: route.anyParameters,
      body: fc.oneof(
        { weight: 12, arbitrary: route.anyBody ?? fc.constant(undefined) },
        { weight: 1, arbitrary: anything },
      ),
      changes: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 2, arbitrary: fc.array(anyChange, { minLength: 1, maxLength: 3 }) },
      ),
      textChange: fc.oneof(
        { weight: 15, arbitrary: fc.constant('none' as const) },
        { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(textChanges) as TextChange[])) },
      ),
      headers: anyHeaders,
      caller: fc.constantFrom(...callers),
      method: fc.oneof({ weight: 20, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyMethod }),
      address: fc.oneof({ weight: 30, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyAddress }),
    }),
  );

interface Account {
  readonly apiKey: string;
  readonly seen: SeenBefore;
}

interface Received {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Two accounts that are let in at any time; one that has revoked or deleted itself is replaced. */
const accountsOf = (service: WatchedService) => {
  const open = async (): Promise<Account> => {
    const { accountId, apiKey } = await service.newAccount();
    const seen = new SeenBefore();
    seen.note({ account_id: accountId });
    return { apiKey, seen };
  };
  const accounts: Promise<Account>[] = [open(), open()];
  return {
    own: () => accounts[0]!,
    other: () => accounts[1]!,
    replace: async (spent: Account) => {
      if ((await accounts[0]) === spent) accounts[0] = open();
    },
  };
};

const keyFor = async (caller: Caller, own: Account, other: () => Promise<Account>) => {
  if (caller === 'own') return `Bearer ${own.apiKey}`;
  if (caller === 'of another account') return `Bearer ${(await other()).apiKey}`;
  if (caller === 'mistyped') return `Bearer ${own.apiKey.slice(0, -1)}x`;
  if (caller === 'unknown') return `Bearer mhb_${'0'.repeat(48)}_${'0'.repeat(64)}_00000000`;
  if (caller === 'very long') return `Bearer ${own.apiKey.padEnd(10_000, 'a')}`;
  return caller === 'no bearer' ? own.apiKey : undefined;
};

/** A document in each line. */
const EXPORT = 'application/x-ndjson';

const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });

const send = (
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  payload: Buffer | undefined,
): Promise<Received> =>
  new Promise((resolve, reject) => {
    // As written: a client that tidies addresses would send other ones.
    const { hostname, port } = new URL(url);
    const path = url.slice(`http://${hostname}:${port}`.length);
    const sent = httpRequest({ hostname, port, path, method, headers, agent, timeout: 20_000 }, (answer) => {
      const chunks: Buffer[] = [];
      const type = (answer.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
      const end = (): void => {
        resolve({ status: answer.statusCode ?? 0, type, body: Buffer.concat(chunks).toString('utf8') });
      };
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        // Such an answer has no end.
        if (type === 'text/event-stream') {
          end();
          answer.destroy();
        }
      });
      answer.on('end', end).on('error', (error) => {
        // The account was deleted while it was given out; without its last line an export is known not to be whole.
        if (type === EXPORT) resolve({ status: answer.statusCode ?? 0, type, body: '' });
        else reject(error);
      });
    });
    sent.on('error', (error) => {
      // A body that is refused unread may be cut off before the answer to it was read.
      const isUnread = headers['content-encoding'] !== undefined || headers.expect !== undefined;
      if (isUnread && 'code' in error && /^(?:ECONNRESET|EPIPE)$/.test(String(error.code)))
        resolve({ status: 415, type: '', body: '' });
      else reject(error);
    });
    sent.on('timeout', () => sent.destroy(new Error(`${method} was not answered`)));
    sent.end(payload);
  });

/** A refusal is made of the closed list and of names in the document: nothing of a request can be in it. */
const expectSilent = (problem: Problem, status: number, names: ReadonlySet<string>): void => {
  const { code, fields = [], ...rest } = problem;
  if (!isErrorCode(code)) throw new Error('a refusal has a code of the closed list');
  const { words } = errorCodes[code];
  expect(errorCodes[code].status).toBe(status);
  expect(rest).toEqual({ type: `urn:mental-health-bar:problem:${code}`, title: words, status });
  const unknown = fields.flatMap((field) =>
    field.split('.').filter((part) => !names.has(part) && !/^\d+$/.test(part) && part !== 'body'),
  );
  expect(unknown).toEqual([]);
};

/** What each answer has to be. Says how it was. */
const judge = (
  route: Route,
  { method, address }: Recipe,
  { status, type, body }: Received,
  names: ReadonlySet<string>,
): string => {
  const where = `${route.method} ${route.path}`;
  expect(status, where).toBeLessThan(500);
  const isRoutes = (method === null || method === route.method) && address === null;
  if (status >= 400 && body !== '') {
    expect(type).toBe('application/problem+json');
    expectSilent(JSON.parse(body) as Problem, status, names);
  }
  if (!isRoutes || body === '') return `${String(status)} elsewhere`;
  const validate = route.answers.get(String(status))?.get(type);
  expect(
    validate,
    `${where} answered ${String(status)} ${type}, which its document does not name`,
  ).toBeDefined();
  const texts = type === EXPORT ? body.trim().split('\n') : [body];
  if (type.endsWith('json') && !texts.every((text) => validate?.(JSON.parse(text)) === true))
    throw new Error(`${where} answered what is not in its schema: ${JSON.stringify(validate?.errors)}`);
  return `${String(status)} ${where}`;
};

/** A mailbox is named after its account; what stands behind it opens with a token that no document has. */
const ONLY_BY_LINK = 'GET /v1/pairing/{mailbox}';
const parameterOf = (name: string, value: string, { apiKey }: Account): string =>
  name === 'mailbox' && value.length % 2 === 0
    ? `${apiKey.slice('mhb_'.length, 'mhb_'.length + 32)}${hash('sha256', value).slice(32)}`
    : value;

const openFuzzer = async (service: WatchedService) => {
  const document: unknown = await (await fetch(`${service.url}/openapi.json`)).json();
  const routes = routesOf(document);
  const names = namesIn(document);
  const accounts = accountsOf(service);
  const counts = new Map<string, number>();
  const perform = async (recipe: Recipe): Promise<void> => {
    const route = routes[recipe.route]!;
    const own = await accounts.own();
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(parameterOf(name, String(own.seen.resolve(recipe.parameters[name] ?? 'x')), own)),
    );
    const right = own.seen.resolve(recipe.body);
    const body = right === undefined ? undefined : recipe.changes.reduce(changed, right);
    // A single value taken away leaves nothing.
    const text = typeof body === 'symbol' ? undefined : JSON.stringify(body);
    const payload = text === undefined ? undefined : textChanges[recipe.textChange](text);
    const method = recipe.method ?? route.method;
    const key = await keyFor(recipe.caller, own, accounts.other);
    const answer = await send(
      service.url + (recipe.address ?? path),
      method,
      {
        // Said here, because Node says nothing of the body of a DELETE.
        ...(payload === undefined ? {} : { ...recipe.headers, 'content-length': String(payload.length) }),
        ...(key === undefined ? {} : { authorization: key }),
      },
      payload,
    );
    const outcome = judge(route, recipe, answer, names);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (answer.status === 200 && answer.type === 'application/json' && answer.body !== '') {
      own.seen.note(right);
      own.seen.note(JSON.parse(answer.body));
    }
    const isSpent = answer.status === 401 || answer.status === 429;
    if (recipe.caller === 'own' && isSpent) await accounts.replace(own);
  };
  return { routes, perform, counts };
};

const MIB = 1024 * 1024;
const WARM_AFTER = 100_000;

/** After a warm-up of a quarter: the last quarter's least memory is hardly above the second quarter's greatest. */
const expectFlat = (samples: readonly Memory[]): void => {
  const quarter = Math.floor(samples.length / 4);
  const early = samples.slice(quarter, 2 * quarter);
  const late = samples.slice(-quarter);
  for (const [name, allowance] of [
    ['heapUsed', 4 * MIB],
    // What the system holds for the process goes on growing for the first tens of thousands of requests.
    ['rss', REQUESTS < WARM_AFTER ? Infinity : 24 * MIB],
  ] as const) {
    const before = Math.max(...early.map((sample) => sample[name]));
    const after = Math.min(...late.map((sample) => sample[name]));
    expect(after, name).toBeLessThan(before + allowance);
  }
};

test(`[D10] ${String(REQUESTS)} requests made from the document are answered as it says, with flat memory`, async () => {
  const service = await startWatchedService();
  const { routes, perform, counts } = await openFuzzer(service);
  expect(routes.length).toBeGreaterThan(8);
  const samples: Memory[] = [];
  const rounds = Math.ceil(REQUESTS / PARALLEL);
  const sampleEvery = Math.ceil(rounds / 40);
  let round = 0;
  const startedMs = performance.now();
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRecipe(routes), { minLength: PARALLEL, maxLength: PARALLEL }),
      async (recipes) => {
        await Promise.all(recipes.map(perform));
        round += 1;
        if (round % sampleEvery === 0) samples.push(await service.memory());
      },
    ),
    // A service remembers, so a shorter story would be another one.
    { numRuns: rounds, endOnFailure: true },
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  if (process.env.MHB_FIGURES !== undefined) {
    console.log(
      `${String(round * PARALLEL)} requests in ${seconds.toFixed(0)} s, ${((round * PARALLEL) / seconds).toFixed(0)}/s`,
    );
    console.log(
      samples
        .map(({ rss, heapUsed }) => `${(rss / MIB).toFixed(0)}/${(heapUsed / MIB).toFixed(1)}`)
        .join(' '),
    );
    console.log(
      [...counts]
        .toSorted()
        .map(([what, count]) => `${String(count)} × ${what}`)
        .join('\n'),
    );
  }
  for (const { method, path } of routes) {
    if (`${method} ${path}` === ONLY_BY_LINK) continue;
    expect(counts.get(`200 ${method} ${path}`) ?? 0, `${method} ${path} was done`).toBeGreaterThan(0);
  }
  expectFlat(samples);
  await service.close();
});
