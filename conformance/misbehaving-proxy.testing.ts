/** Stands before a real service and breaks one promise of it, to see whether the checks notice. */
import { limits } from '@mhb/core-domain/wire';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendLarge } from './large-request.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Forward = (asked: Asked) => Promise<Answered>;

/** What is done to a request, which may be forwarded as often as one likes. */
export type Misbehaviour = (asked: Asked, forward: Forward) => Promise<Answered>;

type JsonObject = Record<string, unknown>;

const jsonIn = (bytes: Buffer): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
};

const withJson = <Carrier extends { readonly body: Buffer }>(
  carrier: Carrier,
  change: (json: JsonObject) => JsonObject,
): Carrier => {
  const json = jsonIn(carrier.body);
  return json === undefined ? carrier : { ...carrier, body: Buffer.from(JSON.stringify(change(json))) };
};

const isUpload = ({ path }: Asked): boolean => path === '/v1/sync/upload';

interface Sent {
  readonly id: string;
  readonly base: number;
}

/** Every batch is a new one, as for a service without a memory of batch ids. */
export const forgetsBatches: Misbehaviour = (asked, forward) =>
  forward(
    isUpload(asked) && jsonIn(asked.body)?.batch_id !== undefined
      ? withJson(asked, (json) => ({ ...json, batch_id: randomBytes(16).toString('hex') }))
      : asked,
  );

/** What comes last counts, whatever it was built on. */
export const lastWriterWins: Misbehaviour = async (asked, forward) => {
  const answer = await forward(asked);
  if (!isUpload(asked) || answer.status !== 200) return answer;
  const { conflicts = [], applied } = jsonIn(answer.body) as { conflicts?: Sent[]; applied: unknown[] };
  if (conflicts.length === 0) return answer;
  const sent = (jsonIn(asked.body) as { changes: Sent[] }).changes;
  const seqs = new Map(conflicts.map(({ id, ...rest }) => [id, (rest as unknown as { seq: number }).seq]));
  const changes = sent
    .filter(({ id }) => seqs.has(id))
    .map(({ id, ...change }) => ({ ...change, id, base: seqs.get(id), base_hash: undefined }));
  const again = withJson(asked, (json) => ({ ...json, changes, batch_id: randomBytes(16).toString('hex') }));
  const forced = await forward(again);
  return withJson(forced, (json) => ({ ...json, applied: [...applied, ...(json.applied as unknown[])] }));
};

/** The last of several records never comes. */
export const leavesRecordsOut: Misbehaviour = async (asked, forward) => {
  const answer = await forward(asked);
  if (asked.path !== '/v1/sync/download' || answer.status !== 200) return answer;
  return withJson(answer, (json) => {
    const records = json.records as unknown[];
    return { ...json, records: records.length > 1 ? records.slice(0, -1) : records };
  });
};

/** Whoever is not let in learns whether a key was missing or wrong. */
export const tellsWhy: Misbehaviour = async (asked, forward) => {
  const answer = await forward(asked);
  const why = asked.headers.authorization === undefined ? 'no key was given' : 'the key is not known';
  return answer.status === 401 ? withJson(answer, (json) => ({ ...json, detail: why })) : answer;
};

/** A mailbox gives its message again and again. */
export const keepsMessages = (): Misbehaviour => {
  const given = new Map<string, Answered>();
  return async (asked, forward) => {
    if (asked.method !== 'GET' || !asked.path.startsWith('/v1/pairing/')) return forward(asked);
    const token = `${asked.path} ${asked.headers['mhb-mailbox-token'] ?? ''}`;
    const answer = given.get(token) ?? (await forward(asked));
    if (answer.status === 200) given.set(token, answer);
    return answer;
  };
};

/** A refusal shows what was sent. */
export const quotes: Misbehaviour = async (asked, forward) => {
  const answer = await forward(asked);
  const detail = `${asked.path} ${asked.body.toString('utf8').slice(0, 10_000)}`;
  return answer.status === 400 ? withJson(answer, (json) => ({ ...json, detail })) : answer;
};

/** Adds nothing and takes nothing away. */
export const behaves: Misbehaviour = (asked, forward) => forward(asked);

const NOT_PASSED_ON = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
  'expect',
]);

const passedOn = (headers: Iterable<[string, string]>): Readonly<Record<string, string>> =>
  Object.fromEntries([...headers].filter(([name]) => !NOT_PASSED_ON.has(name)));

const forwardTo =
  (url: string): Forward =>
  async ({ method, path, headers, body }) => {
    const sent = body.length === 0 ? {} : { body: new Uint8Array(body) };
    const answer =
      body.length > limits.BODY_BYTES_MAX
        ? await sendLarge(url + path, { method, headers, body: body.toString('latin1') })
        : await fetch(url + path, { method, headers, ...sent });
    const given = passedOn(answer.headers);
    return { status: answer.status, headers: given, body: Buffer.from(await answer.arrayBuffer()) };
  };

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

export const startProxy = async (
  url: string,
  misbehave: Misbehaviour,
): Promise<{ readonly url: string; readonly close: () => void }> => {
  const forward = forwardTo(url);
  const server = createServer((request, response) => {
    const { method = 'GET', url: path = '/' } = request;
    const named = Object.entries(request.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    const answerIt = async (): Promise<void> => {
      const headers = passedOn(named);
      // A stream has no end to wait for.
      if (path === '/v1/sync/events') {
        const stream = await fetch(url + path, { headers });
        response.writeHead(stream.status, passedOn(stream.headers));
        response.on('close', () => void stream.body?.cancel().catch(() => undefined));
        for await (const chunk of stream.body ?? []) response.write(chunk);
        response.end();
        return;
      }
      const answer = await misbehave({ method, path, headers, body: await bodyOf(request) }, forward);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    };
    answerIt().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
