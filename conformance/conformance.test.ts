/** Our own service keeps every promise, its answers are those of its document, and broken services are noticed. */
import {
  createValidator,
  type JsonObject,
  openTestApp,
  openTestService,
  type TestService,
} from '@mhb/sync-service/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  behaves,
  forgetsBatches,
  keepsMessages,
  lastWriterWins,
  leavesRecordsOut,
  type Misbehaviour,
  quotes,
  startProxy,
  tellsWhy,
} from './misbehaving-proxy.testing.ts';
import { allChecks, type Result, runChecks } from './run.ts';
import type { Exchange } from './service-client.ts';

let service: TestService;
let url: string;
beforeAll(async () => {
  service = await openTestService();
  url = await service.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => service.close());

const visit = async (address: string, onExchange?: (exchange: Exchange) => void) => {
  const [own, other] = [await service.newAccount(), await service.newAccount()];
  return runChecks({
    url: address,
    apiKey: own.apiKey,
    otherApiKey: other.apiKey,
    mayDelete: true,
    ...(onExchange === undefined ? {} : { onExchange }),
  });
};

const not = (outcome: Result['outcome'], results: readonly Result[]) =>
  results.filter((result) => result.outcome !== outcome);

const committed = JSON.parse(
  readFileSync(new URL('../apps/sync-service/openapi.json', import.meta.url), 'utf8'),
) as JsonObject;

test('[D8] [D10] the service keeps every promise, and answers only what its document has', async () => {
  const exchanges: Exchange[] = [];
  // As an operator has it who sets nothing. The others ask more often in a minute than one device may.
  const app = await openTestApp(service, [], { requestsPerMinute: 600 });
  const results = await visit(await app.listen({ host: '127.0.0.1', port: 0 }), (exchange) => {
    exchanges.push(exchange);
  });
  await app.close();
  expect(not('kept', results)).toEqual([]);
  expect(results).toHaveLength(allChecks.length);

  const validate = createValidator(committed);
  const paths = Object.keys(committed.paths as object);
  const looked = new Set<string>();
  const wrong = exchanges.flatMap(({ method, path, answer }) => {
    const template = path.replace(/^\/v1\/pairing\/.*/, '/v1/pairing/{mailbox}');
    const isRoute =
      paths.includes(template) && !['not_found', 'method_not_allowed'].includes(answer.code ?? '');
    if (!isRoute) return [];
    const type = (answer.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
    const bodies = type.endsWith('ndjson')
      ? answer.text
          .trim()
          .split('\n')
          .map((line): unknown => JSON.parse(line))
      : [answer.body];
    looked.add(`${method} ${template} ${String(answer.status)}`);
    return bodies.flatMap(
      (body) => validate({ method, path: template, status: answer.status, type, body }) ?? [],
    );
  });
  expect(wrong).toEqual([]);
  // All routes but the stream, with their success.
  expect([...looked].filter((name) => name.endsWith(' 200'))).toHaveLength(19);
});

test('[D8] a proxy that changes nothing breaks nothing', async () => {
  const proxy = await startProxy(url, behaves);
  expect(not('kept', await visit(proxy.url))).toEqual([]);
  proxy.close();
});

const broken: readonly {
  readonly what: string;
  readonly misbehave: Misbehaviour;
  readonly noticed: readonly string[];
}[] = [
  { what: 'forgets batch ids', misbehave: forgetsBatches, noticed: ['D4', 'D5'] },
  { what: 'lets the last writer win', misbehave: lastWriterWins, noticed: ['D2', 'D3', 'D4'] },
  { what: 'leaves records out', misbehave: leavesRecordsOut, noticed: ['D1', 'D2', 'D5', 'D8'] },
  { what: 'tells why a key is wrong', misbehave: tellsWhy, noticed: ['D9'] },
  { what: 'gives a message twice', misbehave: keepsMessages(), noticed: ['E6'] },
  { what: 'quotes what was sent', misbehave: quotes, noticed: ['D10'] },
];

test.each(broken)(
  'a service that $what is noticed, by the rule it breaks',
  async ({ misbehave, noticed }) => {
    const proxy = await startProxy(url, misbehave);
    const results = not('kept', await visit(proxy.url));
    proxy.close();
    expect([...new Set(results.map(({ rule }) => rule))].toSorted()).toEqual(noticed);
    for (const { words } of results) expect(words).toMatch(/^[a-z0-9]/i);
  },
);

const runCommand = async (args: readonly string[]) => {
  const child = spawn(process.execPath, ['conformance/main.ts', ...args], { stdio: 'pipe' });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const [exit] = (await once(child, 'close')) as [number];
  return { exit, ...texts };
};

test('the command counts what it saw, and its exit code says how it went', async () => {
  const { apiKey } = await service.newAccount();
  const first = await runCommand(['--url', url, '--api-key', apiKey]);
  expect(first.stdout).not.toContain('BROKEN');
  expect(first.stdout).toMatch(/^kept {5}D8 {3}health and readiness/m);
  expect(first.stdout.trim().split('\n').at(-1)).toBe(
    `${String(allChecks.length - 3)} kept, 0 broken, 3 skipped`,
  );
  expect(first.exit).toBe(0);
  expect(first.stdout + first.stderr).not.toContain(apiKey);

  const inUse = await runCommand(['--url', url, '--api-key', apiKey]);
  expect(inUse).toMatchObject({ exit: 2, stdout: '' });
  expect(inUse.stderr).toContain('The account is in use.');

  const proxy = await startProxy(url, tellsWhy);
  const noticed = await runCommand(['--url', proxy.url, '--api-key', apiKey, '--again']);
  proxy.close();
  expect(noticed.stdout).toContain('BROKEN   D9   whatever is wrong with a key');
  expect(noticed.exit).toBe(1);
});

test.each([
  { what: 'without anything', args: [], words: '--url' },
  { what: 'with an option that is none', args: ['--nonsense'], words: '--nonsense' },
  {
    what: 'with a key that is none',
    args: ['--url', 'http://127.0.0.1:1', '--api-key', 'x'],
    words: 'API key',
  },
  {
    what: 'where nobody answers',
    args: ['--url', 'http://127.0.0.1:4', '--api-key', `mhb_${'0'.repeat(48)}_${'0'.repeat(64)}_51d41a49`],
    words: 'Nobody answers',
  },
])('$what the command says in one sentence what is missing', async ({ args, words }) => {
  const { exit, stdout, stderr } = await runCommand(args);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('--help says what the checks do to an account', async () => {
  const { exit, stdout } = await runCommand(['--help']);
  expect(exit).toBe(0);
  expect(stdout).toContain('of an account that holds nothing');
});
