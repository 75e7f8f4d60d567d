/**
 * The database in memory is worth as much as it is like the real one: the same calls of the real repositories, in the
 * same order, answered by both, statement by statement.
 */
import { AccountId, type KeyId } from '@mhb/core-domain/wire';
import {
  accounts,
  batches,
  type Database,
  devices,
  keyrings,
  mailboxes,
  records,
  type Transaction,
} from '@mhb/sync-service/simulation';
import { openTestService, type TestService } from '@mhb/sync-service/testing';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MemoryPostgres } from './memory-postgres.ts';

const RUNS = Number(process.env.MHB_CONTRACT_RUNS ?? '120');

let service: TestService;
let today: string;
beforeAll(async () => {
  service = await openTestService();
  const [row] = await service.sql<{ today: string }>('select current_date::text as today');
  today = row?.today ?? '';
});
afterAll(() => service.close());

const inMemory = (): MemoryPostgres =>
  new MemoryPostgres({
    reach: () => 'go on',
    now: () => ({ today, nowMs: Date.now() }),
    onCommit: () => undefined,
    onWait: () => undefined,
  });

/** Few of each, so that they meet; every run has its own, since the real database is not emptied in between. */
const idOf = (run: string, kind: string, number: number): string =>
  createHash('sha256')
    .update(`${run} ${kind} ${String(number)}`)
    .digest('hex')
    .slice(0, 32);
const accountOf = (run: string, number: number): AccountId =>
  AccountId.parse(idOf(run, 'account', number % 2));
const keyOf = (run: string, number: number): KeyId =>
  `${accountOf(run, number)}${idOf(run, 'key', number % 3).slice(0, 16)}` as KeyId;
const sealedOf = (value: number): Buffer => Buffer.alloc(600 + (value % 2) * 600, value);

interface Call {
  readonly name: keyof typeof calls;
  readonly account: number;
  readonly pick: number;
  readonly value: number;
}

type Ask = (tx: Transaction & Pick<Database, 'read'>, call: Call, run: string) => unknown;

const several = (run: string, kind: string, { pick, value }: Call): readonly string[] =>
  Array.from({ length: 1 + (value % 4) }, (_, index) => idOf(run, kind, (pick + index) % 7));

const calls = {
  insertAccount: (tx, { account }, run) =>
    accounts.insertAccount(tx, {
      accountId: accountOf(run, account),
      epoch: idOf(run, 'epoch', account).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    }),
  lockAccount: (tx, { account }, run) => accounts.lockAccount(tx, accountOf(run, account)),
  readAccount: (tx, { account }, run) => accounts.readAccount(tx, accountOf(run, account)),
  insertKey: (tx, { account, value }, run) =>
    accounts.insertKey(tx, {
      accountId: accountOf(run, account),
      keyId: keyOf(run, account),
      secretHash: Buffer.alloc(32, value),
      label: `device ${String(value)}`,
      scopes: value % 2 === 0 ? ['sync'] : ['sync', 'account'],
    }),
  findKey: (tx, { account }, run) => accounts.findKey(tx, accountOf(run, account), keyOf(run, account)),
  isKeyLiving: (tx, { account }, run) =>
    accounts.isKeyLiving(tx, accountOf(run, account), keyOf(run, account)),
  markKeyUsed: (tx, { account }, run) =>
    accounts.markKeyUsed(tx, accountOf(run, account), keyOf(run, account)),
  listKeys: (tx, { account }, run) => accounts.listKeys(tx, accountOf(run, account)),
  revokeKey: (tx, { account }, run) => accounts.revokeKey(tx, accountOf(run, account), keyOf(run, account)),
  readKeyring: (tx, { account }, run) => keyrings.readKeyring(tx, accountOf(run, account)),
  readKeyringGeneration: (tx, { account }, run) =>
    keyrings.readKeyringGeneration(tx, accountOf(run, account)),
  replaceKeyring: (tx, { account, value }, run) =>
    keyrings.replaceKeyring(tx, accountOf(run, account), {
      base: value % 3,
      sealed: sealedOf(value),
      recovery: sealedOf(value + 1),
    }),
  readKeyAndBatch: (tx, { account, pick }, run) =>
    batches.readKeyAndBatch(tx, {
      accountId: accountOf(run, account),
      keyId: keyOf(run, account),
      batchId: idOf(run, 'batch', pick),
    }),
  readVersions: (tx, call, run) =>
    records.readVersions(tx, accountOf(run, call.account), several(run, 'record', call)),
  storeRecords: (tx, call, run) => {
    records.storeRecords(tx, accountOf(run, call.account), {
      first: BigInt(1 + (call.value % 6)),
      records: several(run, 'record', call).map((id, index) => ({
        id,
        sealed: sealedOf(call.value + index),
      })),
    });
  },
  storeBatch: (tx, { account, pick, value }, run) => {
    const first = BigInt(1 + (value % 6));
    const chained =
      value % 3 === 0 ? undefined : { first, last: first + BigInt(pick % 3), chain: Buffer.alloc(32, value) };
    batches.storeBatch(tx, accountOf(run, account), {
      batchId: idOf(run, 'batch', pick),
      requestHash: Buffer.alloc(32, pick),
      outcome: [BigInt(value), 0n, -BigInt(1 + (pick % 4))],
      chained,
      growth: { records: pick, bytes: value - 20 },
    });
  },
  readRecords: (tx, call, run) =>
    records.readRecords(tx, accountOf(run, call.account), {
      ids: several(run, 'record', call),
      bytesMax: 600 + (call.pick % 4) * 600,
    }),
  readChainAt: (tx, { account, value }, run) =>
    batches.readChainAt(tx, accountOf(run, account), BigInt(1 + (value % 8))),
  countBatches: (tx, call, run) =>
    batches.countBatches(tx, accountOf(run, call.account), several(run, 'batch', call)),
  readDigest: (tx, { account }, run) => records.readDigest(tx, accountOf(run, account)),
  listDevices: (tx, { account }, run) =>
    devices.listDevices(tx, { accountId: accountOf(run, account), keyId: keyOf(run, account) }),
  countDevices: (tx, { account }, run) => devices.countDevices(tx, accountOf(run, account)),
  hasDevice: (tx, call, run) => devices.hasDevice(tx, deviceOf(call, run)),
  upsertDevice: (tx, call, run) =>
    devices.upsertDevice(tx, deviceOf(call, run), {
      keyId: keyOf(run, call.account),
      name: call.value % 2 === 0 ? undefined : sealedOf(call.value),
      manifest: call.value % 3 === 0 ? undefined : sealedOf(call.pick),
    }),
  nameDevice: (tx, call, run) => devices.nameDevice(tx, deviceOf(call, run), sealedOf(call.value)),
  revokeDevice: (tx, call, run) => devices.revokeDevice(tx, deviceOf(call, run)),
  forgetDevicesWithoutKey: (tx, { account }, run) =>
    devices.forgetDevicesWithoutKey(tx, accountOf(run, account)),
  deleteExpiredMailboxes: (tx, { account }, run) =>
    mailboxes.deleteExpiredMailboxes(tx, accountOf(run, account)),
  deleteMailboxes: (tx, { account }, run) => mailboxes.deleteMailboxes(tx, accountOf(run, account)),
  countMailboxes: (tx, { account }, run) => mailboxes.countMailboxes(tx, accountOf(run, account)),
  insertMailbox: (tx, call, run) =>
    mailboxes.insertMailbox(tx, mailboxOf(call, run), {
      tokenHash: Buffer.alloc(32, call.value),
      sealed: sealedOf(call.value),
    }),
  lockMailbox: (tx, call, run) => mailboxes.lockMailbox(tx, mailboxOf(call, run)),
  useUpMailbox: (tx, call, run) => mailboxes.useUpMailbox(tx, mailboxOf(call, run), call.value % 8 === 0),
  readPage: (tx, call, run) => records.readPage(tx, pageOf(call, run)),
  countAfter: (tx, call, run) =>
    records.countAfter(tx, { ...pageOf(call, run), countMax: (call.pick % 4) + 1 }),
} satisfies Record<string, Ask>;

const mailboxOf = ({ account, pick }: Call, run: string) => ({
  accountId: accountOf(run, account),
  mailboxId: idOf(run, 'mailbox', pick % 3),
});

const deviceOf = ({ account, pick }: Call, run: string) => ({
  accountId: accountOf(run, account),
  deviceId: `00000000000000d${String(pick % 3)}`,
});

const pageOf = (call: Call, run: string) => ({
  accountId: accountOf(run, call.account),
  after: BigInt(call.value % 4),
  recordsMax: 1 + (call.pick % 4),
  bytesMax: 600 + (call.pick % 4) * 600,
  skipBatches: call.value % 2 === 0 ? [] : several(run, 'batch', call),
});

const anyCall = (names: readonly Call['name'][]): fc.Arbitrary<Call> =>
  fc.record({
    name: fc.constantFrom(...names),
    account: fc.nat({ max: 5 }),
    pick: fc.nat({ max: 6 }),
    value: fc.nat({ max: 40 }),
  });

const names = Object.keys(calls) as Call['name'][];

interface Step {
  readonly calls: readonly Call[];
  readonly isRolledBack: boolean;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  calls: fc.array(anyCall(names), { minLength: 1, maxLength: 4 }),
  isRolledBack: fc.nat({ max: 5 }).map((number) => number === 0),
});

/** What there is before anything else happens; without an account nearly every call would be refused. */
const beginning: readonly Step[] = (['insertAccount', 'insertKey', 'storeRecords'] as const).map((name) => ({
  calls: [{ name, account: 0, pick: 0, value: 3 }],
  isRolledBack: false,
}));

class RolledBack extends Error {}

/** Everything that a database answers: each statement with its rows, and what ended a transaction early. */
const answersOf = async (
  database: Database,
  steps: readonly Step[],
  run: string,
): Promise<readonly unknown[]> => {
  const answers: unknown[] = [];
  for (const { calls: asked, isRolledBack } of steps) {
    try {
      await database.transaction('read committed', async (tx) => {
        const query = async <Row>(text: string, values?: Parameters<Transaction['query']>[1]) => {
          const rows = await tx.query<Row>(text, values);
          answers.push({ text, rows: /order by|^insert/.test(text) ? rows : inAnyOrder(rows) });
          return rows;
        };
        const listening = { query, read: query, send: tx.send };
        for (const call of asked) answers.push(await calls[call.name](listening, call, run));
        if (isRolledBack) throw new RolledBack();
      });
    } catch (error) {
      if (!(error instanceof RolledBack)) answers.push(codeOf(error));
    }
  }
  return answers;
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? { refused: error.code } : error;

const inAnyOrder = <Row>(rows: readonly Row[]): readonly Row[] =>
  rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

test('[D2] every statement of the service is answered in memory as by Postgres', async () => {
  let run = 0;
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 25 }), async (steps) => {
      run += 1;
      const own = `${String(run)} ${service.folder}`;
      const memory = await answersOf(inMemory(), [...beginning, ...steps], own);
      const real = await answersOf(service.database, [...beginning, ...steps], own);
      for (const { calls: asked } of steps) for (const { name } of asked) seen.add(name);
      expect(memory).toEqual(real);
    }),
    // A run that hangs, or a search for its smallest form that takes long, ends with the steps instead of without.
    { numRuns: RUNS, timeout: 20_000, interruptAfterTimeLimit: 50_000, markInterruptAsFailure: true },
  );
  expect([...seen].toSorted()).toEqual(names.toSorted());
});

test('[D5] a snapshot goes on seeing one moment, a later statement of READ COMMITTED sees what was committed', async () => {
  for (const database of [inMemory(), service.database]) {
    const run = `moments ${String(database === service.database)}`;
    const accountId = accountOf(run, 1);
    const head = async (tx: Transaction) => (await accounts.readAccount(tx, accountId))?.head;
    const moveTo = (last: bigint) =>
      database.transaction('read committed', (tx) => {
        batches.storeBatch(tx, accountId, {
          batchId: idOf(run, 'batch', Number(last)),
          requestHash: Buffer.alloc(32),
          outcome: [last],
          chained: { first: last, last, chain: Buffer.alloc(32, 1) },
          growth: { records: 1, bytes: 600 },
        });
        return Promise.resolve();
      });
    await database.transaction('read committed', (tx) =>
      accounts.insertAccount(tx, { accountId, epoch: '00000000-0000-4000-8000-000000000000' }),
    );
    await database.transaction('snapshot', async (tx) => {
      expect(await head(tx)).toBe(0n);
      await moveTo(1n);
      expect(await head(tx)).toBe(0n);
    });
    await database.transaction('read committed', async (tx) => {
      expect(await head(tx)).toBe(1n);
      await moveTo(2n);
      expect(await head(tx)).toBe(2n);
    });
  }
});

test('[D2] who locks an account waits for the holder, and then sees what it committed', async () => {
  const memory = inMemory();
  for (const database of [memory, service.database]) {
    const run = `waiting ${String(database === memory)}`;
    const accountId = accountOf(run, 1);
    await database.transaction('read committed', (tx) =>
      accounts.insertAccount(tx, { accountId, epoch: '00000000-0000-4000-8000-000000000000' }),
    );
    const order: string[] = [];
    let second: Promise<void> | undefined;
    await database.transaction('read committed', async (tx) => {
      await accounts.lockAccount(tx, accountId);
      second = database.transaction('read committed', async (other) => {
        const account = await accounts.lockAccount(other, accountId);
        order.push(`the second one sees ${String(account?.head)}`);
      });
      if (database === memory) await new Promise((resume) => setImmediate(resume));
      else await service.untilWaiting(1);
      batches.storeBatch(tx, accountId, {
        batchId: idOf(run, 'batch', 1),
        requestHash: Buffer.alloc(32),
        outcome: [3n],
        chained: { first: 1n, last: 3n, chain: Buffer.alloc(32, 1) },
        growth: { records: 3, bytes: 1_800 },
      });
      order.push('the first one is done');
    });
    await second;
    expect(order).toEqual(['the first one is done', 'the second one sees 3']);
  }
});

test('a statement that is not known here is not answered', async () => {
  const asking = inMemory().transaction('read committed', (tx) => tx.query('select 2'));
  await expect(asking).rejects.toThrow('does not know this statement: select 2');
});
