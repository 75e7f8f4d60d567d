/** What a batch is made of, how large it gets, and what is left of it once it was answered. */
import { ActivityGroup, type RecordId } from '@mhb/core-domain';
import { createEnvelope, DeviceId, stampOf, stampsOf } from '@mhb/core-domain/sync';
import { limits } from '@mhb/core-domain/wire';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { ChangeFeed } from '../changes/change-feed.ts';
import { adoptRecords, deleteRecord, eraseRecord } from '../changes/local-change.ts';
import {
  acknowledge,
  countOutbox,
  dequeue,
  enqueue,
  enqueueWithoutBase,
  lastChange,
  listOutbox,
  listWaiting,
} from '../changes/outbox.ts';
import { readRecord, setBase } from '../changes/records.ts';
import { migrate } from '../database/migrate.ts';
import { type Database, sql, type Transaction } from '../database/sql.ts';
import { openSqlite } from '../database/sqlite.ts';
import { recordIdAt, testAccount, vaultOn } from '../vault/vault.testing.ts';
import type { Sealed } from '../vault/seal.ts';
import type { Vault } from '../vault/vault.ts';
import {
  freezeBatch,
  type Freezing,
  listFrozenStamps,
  readFrozenBatch,
  releaseFrozenBatch,
} from './outgoing.ts';
import { forgetOwnBatchesUpTo, listOwnBatches, rememberOwnBatch } from './own-batches.ts';

let vault: Vault;
beforeAll(async () => {
  vault = vaultOn(await testAccount());
});

let database: Database;
beforeEach(() => {
  database = openSqlite(':memory:');
  migrate(database);
  return () => {
    database.close();
  };
});

const deviceId = DeviceId.parse('00000000000000aa');
const deps = { changeFeed: new ChangeFeed(), clock: { nowMs: () => 9_000 }, deviceId };
const inTransaction = <Value>(body: (tx: Transaction) => Value): Value => database.transaction(body as never);

/** So many records that wait in this order. */
const waiting = (count: number): readonly RecordId[] => {
  const ids = Array.from({ length: count }, (_, index) => recordIdAt(index));
  const records = ids.map((id, index) => {
    const group = ActivityGroup.parse({
      id,
      name: `group ${String(index)}`,
      description: null,
      created_at: '2025-03-10T12:00:00.000Z',
    });
    return { id, envelope: createEnvelope('activity_group', group, stampOf(1_000 + index, 0, deviceId)) };
  });
  inTransaction((tx) => adoptRecords(deps, tx, records));
  return ids;
};

const hashOf = (seq: number): Uint8Array => new Uint8Array(32).fill(seq);
const onService = (id: RecordId, base: number): void => {
  inTransaction((tx) => {
    setBase(tx, id, { base, sealedHash: hashOf(base), common: null });
  });
};
const freeze = (given: Partial<Freezing> = {}, by: Vault = vault) =>
  inTransaction((tx) =>
    freezeBatch(tx, by, { batchId: 'b'.repeat(32), leaveOut: new Set(), wanted: 'everything', ...given }),
  );
const idsIn = (batch: ReturnType<typeof freeze>): readonly RecordId[] | undefined =>
  batch?.changes.map(({ record_id }) => record_id);

/** Seals to so many bytes, to fill a batch to its last one. */
const sealingTo = (length: number): Vault => ({
  ...vault,
  sealRecord: (recordId, json) => ({
    id: vault.sealRecord(recordId, json).id,
    sealed: new Uint8Array(length) as Sealed,
  }),
});

test('[D4] a frozen batch is read back as it was frozen, in the order of its changes', () => {
  const [a, b, c] = waiting(3) as [RecordId, RecordId, RecordId];
  onService(b, 7);
  // The first one is edited again, so it is the youngest change now.
  inTransaction((tx) => {
    enqueue(tx, a);
  });
  const frozen = freeze();
  expect(idsIn(frozen)).toEqual([b, c, a]);
  expect(readFrozenBatch(database)).toEqual({
    batchId: 'b'.repeat(32),
    changes: frozen!.changes.map((change) => ({ ...change, sealed: Buffer.from(change.sealed) })),
  });
  expect(frozen!.changes.map(({ base, base_hash }) => [base, base_hash])).toEqual([
    [7, Buffer.from(hashOf(7))],
    [0, undefined],
    [0, undefined],
  ]);
  expect(readFrozenBatch(database)!.changes[1]!.base_hash).toBeUndefined();
  for (const { id, record_id, sealed, change, stamps } of frozen!.changes) {
    const { envelope } = readRecord(database, record_id)!;
    expect(vault.openRecord({ id, sealed })).toEqual({
      ok: true,
      value: { recordId: record_id, value: envelope },
    });
    expect(stamps).toEqual(stampsOf(envelope));
    expect(listOutbox(database, 9)).toContainEqual({ record_id, change });
  }
});

test('[D4] the stamps of what is on its way are those that were frozen', () => {
  const [a, b] = waiting(2) as [RecordId, RecordId];
  const before = new Map([a, b].map((id) => [id, stampsOf(readRecord(database, id)!.envelope)]));
  freeze();
  inTransaction((tx) => {
    deleteRecord(deps, tx, a);
  });
  expect(listFrozenStamps(database)).toEqual(before);
});

test('[D4] what was answered is gone, and what was not frozen is not there', () => {
  expect(readFrozenBatch(database)).toBeUndefined();
  expect(freeze()).toBeUndefined();
  expect(listFrozenStamps(database).size).toBe(0);
  waiting(2);
  freeze();
  inTransaction(releaseFrozenBatch);
  expect(readFrozenBatch(database)).toBeUndefined();
  expect(countOutbox(database)).toBe(2);
});

test('[O2] what is in the outbox and no record stops everything, before anything is frozen', () => {
  waiting(1);
  inTransaction((tx) => {
    enqueue(tx, recordIdAt(99));
  });
  expect(() => freeze()).toThrow('what is in the outbox is a record');
  expect(readFrozenBatch(database)).toBeUndefined();
});

test('[D3] a batch has at most 500 changes, also behind those that are left out', () => {
  const ids = waiting(limits.UPLOAD_CHANGES_MAX + 3);
  expect(idsIn(freeze())).toEqual(ids.slice(0, limits.UPLOAD_CHANGES_MAX));
  inTransaction(releaseFrozenBatch);
  expect(idsIn(freeze({ leaveOut: new Set(ids.slice(0, 2)) }))).toEqual(
    ids.slice(2, limits.UPLOAD_CHANGES_MAX + 2),
  );
  inTransaction(releaseFrozenBatch);
  // One that is left out and does not wait makes no room for another.
  expect(idsIn(freeze({ leaveOut: new Set([recordIdAt(9_999)]) }))).toHaveLength(limits.UPLOAD_CHANGES_MAX);
});

test.each([
  [limits.SEALED_BYTES_MAX, 11],
  // As large as two may be in one body, and four letters of base64 more.
  [1_572_339, 2],
  [1_572_342, 1],
  // The service says that it is too large; alone it goes.
  [limits.BODY_BYTES_MAX, 1],
])('[D3] of changes of %i sealed bytes %i fit into a body, and one always goes', (length, count) => {
  const ids = waiting(12);
  const batch = freeze({}, sealingTo(length));
  expect(idsIn(batch)).toEqual(ids.slice(0, count));
  const body = JSON.stringify({
    device_id: deviceId,
    batch_id: batch!.batchId,
    changes: batch!.changes.map(({ id, sealed }) => ({
      id,
      base: Number.MAX_SAFE_INTEGER,
      base_hash: 'f'.repeat(64),
      sealed: Buffer.from(sealed).toString('base64'),
    })),
  });
  if (count > 1) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limits.BODY_BYTES_MAX);
});

test('[D8] to a full account goes what is there already, and then what was deleted', () => {
  const [fresh, there, deleted, erased, neverThere] = waiting(5) as [
    RecordId,
    RecordId,
    RecordId,
    RecordId,
    RecordId,
  ];
  for (const [index, id] of [there, deleted, erased].entries()) onService(id, index + 1);
  inTransaction((tx) => {
    deleteRecord(deps, tx, deleted);
    eraseRecord(deps, tx, erased);
    deleteRecord(deps, tx, neverThere);
  });
  const frozenFor = (wanted: Freezing['wanted']) => {
    const ids = idsIn(freeze({ wanted }));
    inTransaction(releaseFrozenBatch);
    return ids;
  };
  expect(frozenFor('everything')).toEqual([fresh, there, deleted, erased, neverThere]);
  expect(frozenFor('what is there')).toEqual([there, deleted, erased]);
  expect(frozenFor('what was deleted')).toEqual([deleted, erased]);
});

test('[D8] what was deleted is found behind any number of others', () => {
  const ids = waiting(limits.UPLOAD_CHANGES_MAX + 2);
  const last = ids.at(-1)!;
  onService(last, 1);
  inTransaction((tx) => {
    deleteRecord(deps, tx, last);
  });
  expect(idsIn(freeze({ wanted: 'what was deleted' }))).toEqual([last]);
});

test('[O4] an edit made since then has a later number and stays when the earlier one is acknowledged', () => {
  const [a, b] = waiting(2) as [RecordId, RecordId];
  const [first] = listOutbox(database, 1);
  expect(first?.record_id).toBe(a);
  inTransaction((tx) => {
    enqueue(tx, a);
    expect(acknowledge(tx, first!)).toBe(false);
  });
  expect(listWaiting(database)).toEqual([b, a]);
  const [, second] = listOutbox(database, 2);
  expect(second!.change).toBeGreaterThan(first!.change);
  inTransaction((tx) => {
    expect(acknowledge(tx, second!)).toBe(true);
    dequeue(tx, b);
  });
  expect(countOutbox(database)).toBe(0);
});

test('[D6] whatever the service never had waits, once', () => {
  const [waits, there, never] = waiting(3) as [RecordId, RecordId, RecordId];
  onService(there, 4);
  inTransaction((tx) => {
    dequeue(tx, there);
    dequeue(tx, never);
  });
  const before = listOutbox(database, 9);
  inTransaction(enqueueWithoutBase);
  expect(listWaiting(database)).toEqual([waits, never]);
  expect(listOutbox(database, 9)).toContainEqual(before[0]);
});

const batchAt = (lastSeq: number): string => lastSeq.toString(16).padStart(32, '0');

test('[D5] a download leaves out the latest own batches, until it has passed them', () => {
  inTransaction((tx) => {
    for (let lastSeq = 1; lastSeq <= limits.SKIP_BATCHES_MAX + 1; lastSeq += 1)
      rememberOwnBatch(tx, { batchId: batchAt(lastSeq), lastSeq });
  });
  const listed = listOwnBatches(database);
  expect(listed).toHaveLength(limits.SKIP_BATCHES_MAX);
  expect([listed[0], listed.at(-1)]).toEqual([batchAt(limits.SKIP_BATCHES_MAX + 1), batchAt(2)]);
  inTransaction((tx) => {
    // Answered again, under another seq, after the service went back to a backup.
    rememberOwnBatch(tx, { batchId: batchAt(2), lastSeq: 1_000 });
    forgetOwnBatchesUpTo(tx, limits.SKIP_BATCHES_MAX);
  });
  expect(listOwnBatches(database)).toEqual([batchAt(2), batchAt(limits.SKIP_BATCHES_MAX + 1)]);
  expect(database.get<{ count: number }>(sql`select count(*) as count from own_batch`)?.count).toBe(2);
});

test('[S3] what began to wait since a change is told apart from what waited before', () => {
  expect(lastChange(database)).toBe(0);
  const [first, second] = waiting(2);
  const before = lastChange(database);
  expect(before).toBeGreaterThan(0);
  expect(listWaiting(database, before)).toEqual([]);
  inTransaction((tx) => {
    enqueue(tx, first!);
  });
  expect(lastChange(database)).toBe(before + 1);
  expect(listWaiting(database, before)).toEqual([first]);
  expect(listWaiting(database)).toEqual([second, first]);
});
