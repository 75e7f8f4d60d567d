/** A whole service for tests: the real application on its own Postgres in a fresh folder, asked without a port. */
import { type Change, limits, type StoredRecord, type UploadAnswer } from '@mhb/core-domain/wire';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, vi } from 'vitest';
import { createAccount } from './accounts/accounts.ts';
import { type AppDeps, createApp } from './app.ts';
import type { Connection } from './database/database.ts';
import { runningConnection } from './database/embedded.ts';
import { loggerOptions } from './http/log.ts';
import { openServiceDatabase, type ServiceDatabase } from './open-service-database.ts';

export {
  createValidator,
  inlined,
  isObject,
  type Json,
  type JsonObject,
} from './openapi/validate.testing.ts';

export interface TestService extends ServiceDatabase {
  readonly app: FastifyInstance;
  readonly folder: string;
  readonly logLines: readonly string[];
  /** How a test reaches the same database past the service. */
  readonly connection: Connection;
  /** A statement past the service, outside of every transaction. */
  readonly sql: <Row>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
  readonly newAccount: () => Promise<TestAccount>;
  /** Keeps an account's row locked, as a transaction of somebody else would, until it is let go. */
  readonly holdAccount: (accountId: string) => Promise<{ readonly letGo: () => Promise<void> }>;
  /** Waits until this many transactions wait for somebody else's lock. */
  readonly untilWaiting: (transactions: number) => Promise<void>;
}

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly body: Body;
  readonly headers: LightMyRequestResponse['headers'];
}

export interface TestAccount {
  readonly accountId: string;
  readonly keyId: string;
  readonly apiKey: string;
  /** Asks as this account's key. */
  readonly ask: <Body>(method: Method, url: string, body?: unknown) => Promise<Answer<Body>>;
  /** An upload; its batch id is new where none is given. */
  readonly upload: (changes: readonly Change[], batchId?: string) => Promise<Answer<UploadAnswer>>;
  /** An upload of new records of which all must be taken. */
  readonly store: (count: number) => Promise<readonly StoredRecord[]>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS' | 'HEAD';

/** For conditions that come true by themselves. */
export const WAITING = { timeout: 40_000, interval: 20 };

export const DEVICE_ID = '00000000000000a1';

type AppOptions = Pick<AppDeps, 'requestsPerMinute' | 'trustedProxies' | 'isDraining'>;

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'mhb-service-'));

export const openTestService = async (
  folder = temporaryFolder(),
  options: AppOptions = {},
): Promise<TestService> => {
  const opened = await openServiceDatabase({
    url: undefined,
    dataDir: folder,
    purpose: 'serve',
    say: () => undefined,
  });
  const connection = runningConnection(folder);
  if (connection === undefined) throw new Error('the database of the test does not run');
  const logLines: string[] = [];
  const app = await openTestApp(opened, logLines, options);
  return {
    ...opened,
    app,
    folder,
    logLines,
    connection,
    sql: (text, values) => queryPast(connection, text, values),
    newAccount: async () => {
      const { accountId, keyId, apiKey } = await createAccount(opened);
      return { accountId, ...accountOf(app, keyId, apiKey) };
    },
    holdAccount: (accountId) => holdAccount(connection, accountId),
    untilWaiting: (transactions) =>
      vi.waitFor(async () => {
        const waiting = await queryPast(
          connection,
          "select from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'mhb-sync'",
        );
        expect(waiting).toHaveLength(transactions);
      }, WAITING),
    close: async () => {
      await app.close();
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Another application on the same database. */
export const openTestApp = (
  { database, durability }: Pick<ServiceDatabase, 'database' | 'durability'>,
  logLines: string[] = [],
  options: AppOptions = {},
): Promise<FastifyInstance> => {
  const stream = { write: (line: string): unknown => logLines.push(line) };
  return createApp({ database, durability, logger: { ...loggerOptions, stream }, ...options });
};

/** What one key can ask of an application. */
export const accountOf = (
  app: FastifyInstance,
  keyId: string,
  apiKey: string,
): Omit<TestAccount, 'accountId'> => {
  const ask: TestAccount['ask'] = async (method, url, body) => {
    const answer = await app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
  };
  const upload: TestAccount['upload'] = (changes, batchId = newId()) =>
    ask('POST', '/v1/sync/upload', { device_id: DEVICE_ID, batch_id: batchId, changes });
  return {
    keyId,
    apiKey,
    ask,
    upload,
    store: async (count) => {
      const changes = Array.from({ length: count }, () => newChange());
      const { status, body } = await upload(changes);
      expect(status).toBe(200);
      expect(body.applied).toHaveLength(count);
      return changes.map(({ id, sealed }, index) => ({ id, sealed, seq: body.applied[index]!.seq }));
    },
  };
};

export const newId = (): string => randomBytes(16).toString('hex');

/** Bytes that look like a sealed envelope of this length, as base64. */
export const sealedText = (length: number = limits.SEALED_BYTES_MIN): string =>
  Buffer.concat([Buffer.from([1, 1]), randomBytes(length - 2)]).toString('base64');

export const newChange = (
  change: { id?: string; base?: number; base_hash?: string | undefined; sealed?: string } = {},
): Change => ({ id: newId(), base: 0, sealed: sealedText(), ...change }) as Change;

const queryPast = async <Row>(
  connection: Connection,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> => {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows as Row[];
  } finally {
    await client.end();
  }
};

const holdAccount = async (connection: Connection, accountId: string) => {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query('begin');
  await client.query('select from account where account_id = $1 for no key update', [accountId]);
  return { letGo: () => client.end() };
};
