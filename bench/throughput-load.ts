/**
 * The same uploads twice: as requests to the service, and as the statements of rule D2 through `pg` alone. So many
 * clients work at once, each with one upload in flight; bodies are made before the clock starts.
 */
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import pg from 'pg';
import { type FloorPlan, storeBatch } from './floors-postgres.ts';
import type { LoadAccount } from './throughput-accounts.ts';

/** The most common size: a padded plaintext of 512 bytes and what stands around it (rule E2). */
const SEALED_BYTES = 570;

export interface Load {
  /** Changes in one upload. */
  readonly changes: number;
  readonly clients: number;
  readonly accounts: readonly LoadAccount[];
  /** Uploads in all. */
  readonly uploads: number;
}

export interface Loaded {
  readonly ms: number;
  /** Of each upload or page. */
  readonly eachMs: readonly number[];
}

interface Prepared {
  readonly account: LoadAccount;
  readonly ids: readonly string[];
  readonly sealed: readonly Buffer[];
}

const prepare = ({ changes, accounts, uploads }: Load): readonly Prepared[] =>
  Array.from({ length: uploads }, (_, index) => ({
    account: accounts[index % accounts.length]!,
    ids: Array.from({ length: changes }, () => randomBytes(16).toString('hex')),
    sealed: Array.from({ length: changes }, () =>
      Buffer.concat([Buffer.from([1, 1]), randomBytes(SEALED_BYTES - 2)]),
    ),
  }));

/** Each client takes the next upload that nobody has taken. */
export const inTurns = async <Work>(
  works: readonly Work[],
  clients: number,
  run: (work: Work, client: number) => Promise<void>,
): Promise<Loaded> => {
  const eachMs: number[] = [];
  let next = 0;
  const begunAt = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let work = works[next++]; work !== undefined; work = works[next++]) {
        const startedAt = performance.now();
        await run(work, client);
        eachMs.push(performance.now() - startedAt);
      }
    }),
  );
  return { ms: performance.now() - begunAt, eachMs };
};

export const loadService = async (url: string, load: Load): Promise<Loaded> => {
  const agent = serviceAgent(load.clients);
  const bodies = prepare(load).map(({ account, ids, sealed }) => ({
    account,
    body: Buffer.from(
      JSON.stringify({
        device_id: '00000000000000a1',
        batch_id: randomBytes(16).toString('hex'),
        changes: ids.map((id, index) => ({ id, base: 0, sealed: sealed[index]!.toString('base64') })),
      }),
    ),
  }));
  const loaded = await inTurns(bodies, load.clients, async ({ account, body }) => {
    const answer = await post(agent, `${url}/v1/sync/upload`, account.apiKey, body);
    const { applied } = JSON.parse(answer) as { readonly applied: readonly unknown[] };
    if (applied.length !== load.changes) throw new Error('the service did not take an upload whole');
    account.head += load.changes;
  });
  agent.destroy();
  return loaded;
};

/** As many connections as clients; an account that two of them write to is locked in turns, as on the service. */
export const loadPostgres = async (
  connection: pg.ClientConfig,
  load: Load,
  plan: FloorPlan = 'anew',
): Promise<Loaded> => {
  const clients = await Promise.all(
    Array.from({ length: load.clients }, async () => {
      const client = new pg.Client(connection);
      await client.connect();
      return client;
    }),
  );
  const loaded = await inTurns(prepare(load), load.clients, async ({ account, ids, sealed }, client) => {
    const head = account.head;
    account.head += load.changes;
    await storeBatch(clients[client]!, account.accountId, { ids, sealed, head }, plan);
  });
  await Promise.all(clients.map((client) => client.end()));
  return loaded;
};

export const serviceAgent = (clients: number): Agent => new Agent({ keepAlive: true, maxSockets: clients });

/** Answered, and not with 200. */
export class NotTaken extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the service answered ${String(status)}`);
    this.status = status;
  }
}

/** Rejects with `NotTaken`, or with what the connection failed with. */
export const post = (agent: Agent, url: string, apiKey: string, body: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(text);
        else reject(new NotTaken(response.statusCode ?? 0));
      });
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
