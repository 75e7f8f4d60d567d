/** What becomes of a record that arrives, and of what waits to be sent: every way the two can differ. */
import { ActivityGroup, type RecordId } from '@mhb/core-domain';
import {
  createEnvelope,
  DeviceId,
  editEnvelope,
  type Envelope,
  eraseEnvelope,
  stampOf,
} from '@mhb/core-domain/sync';
import { beforeEach, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type Database, sql } from '../database/sql.ts';
import { openSqlite } from '../database/sqlite.ts';
import { ChangeFeed } from './change-feed.ts';
import { listOutbox, type OutboxEntry } from './outbox.ts';
import { adoptRecords } from './local-change.ts';
import { readRecord } from './records.ts';
import { recordRemoteChanges } from './remote-change.ts';

const here = DeviceId.parse('00000000000000aa');
const elsewhere = DeviceId.parse('00000000000000bb');
const GROUP = ActivityGroup.parse({
  id: '0195804c-7000-7000-8000-000000000001',
  name: 'Outside',
  description: null,
  created_at: '2025-03-10T12:00:00.000Z',
});
const id: RecordId = GROUP.id;

const first = createEnvelope('activity_group', GROUP, stampOf(1_000, 0, here));
const edited = (held: Envelope, fields: object, ms: number, by: DeviceId): Envelope =>
  editEnvelope(held, {
    kind: 'activity_group',
    entity: { ...GROUP, ...fields },
    stamp: stampOf(ms, 0, by),
  });
const renamedHere = edited(first, { name: 'Garden' }, 2_000, here);
const describedElsewhere = edited(first, { description: 'With the dog' }, 3_000, elsewhere);

let database: Database;
const changeFeed = new ChangeFeed();

beforeEach(() => {
  database = openSqlite(':memory:');
  migrate(database);
  return () => {
    database.close();
  };
});

const arrive = (envelope: Envelope, seq: number) =>
  database.transaction((tx) =>
    recordRemoteChanges({ changeFeed, clock: { nowMs: () => 9_000 } }, tx, [
      { id, envelope, seq, sealedHash: hashOf(seq) },
    ]),
  );

/** Of some sealed bytes; which ones makes no difference here. */
const hashOf = (seq: number): Uint8Array => new Uint8Array(32).fill(seq);

const writeHere = (envelope: Envelope): OutboxEntry | undefined => {
  const deps = { changeFeed, deviceId: here, clock: { nowMs: () => 2_000 }, newId: () => id };
  database.transaction((tx) => adoptRecords(deps, tx, [{ id, envelope }]));
  return waiting()[0];
};

const waiting = (): readonly OutboxEntry[] => listOutbox(database, 10);
const rows = () => database.all(sql`select name, description from activity_group`);
const base = () => readRecord(database, id)?.base;

test('[O4] a record that was not here is here, and nothing waits to be sent', () => {
  expect(arrive(first, 7)).toEqual(['new']);
  expect(rows()).toEqual([{ name: 'Outside', description: null }]);
  expect(base()).toBe(7);
  expect(waiting()).toEqual([]);
});

test('[O4] a later version of a clean record replaces it, and nothing waits to be sent', () => {
  arrive(first, 7);
  expect(arrive(describedElsewhere, 8)).toEqual(['updated']);
  expect(rows()).toEqual([{ name: 'Outside', description: 'With the dog' }]);
  expect(base()).toBe(8);
  expect(waiting()).toEqual([]);
});

test('[O4] what arrives as it is held is known to be on the service', () => {
  writeHere(renamedHere);
  expect(arrive(renamedHere, 9)).toEqual(['unchanged']);
  expect(base()).toBe(9);
  expect(waiting()).toEqual([]);
});

test('[O4] an edit made here that what arrives already contains needs no sending', () => {
  writeHere(renamedHere);
  const both = edited(renamedHere, { name: 'Garden', description: 'With the dog' }, 3_000, elsewhere);
  expect(arrive(both, 9)).toEqual(['updated']);
  expect(rows()).toEqual([{ name: 'Garden', description: 'With the dog' }]);
  expect(waiting()).toEqual([]);
});

test('[O2] [O4] edits of both sides are kept, and the merged record waits as a new change', () => {
  const before = writeHere(renamedHere);
  expect(arrive(describedElsewhere, 9)).toEqual(['merged']);
  expect(rows()).toEqual([{ name: 'Garden', description: 'With the dog' }]);
  expect(base()).toBe(9);
  const [after] = waiting();
  // The upload of the change before may still be on its way; its receipt must not clear the merged one.
  expect(after?.change).toBeGreaterThan(before?.change ?? Infinity);
});

test('[O4] a clean record of which the service lost an edit waits to be sent again', () => {
  arrive(renamedHere, 9);
  expect(waiting()).toEqual([]);
  expect(arrive(describedElsewhere, 10)).toEqual(['merged']);
  expect(rows()).toEqual([{ name: 'Garden', description: 'With the dog' }]);
  expect(waiting()).toMatchObject([{ record_id: id }]);
});

test('[M6] an erase certificate removes the row, and an edit that comes after it brings nothing back', () => {
  writeHere(renamedHere);
  expect(arrive(eraseEnvelope(first, stampOf(1_500, 0, elsewhere)), 9)).toEqual(['updated']);
  expect(rows()).toEqual([]);
  expect(waiting()).toEqual([]);
  expect(arrive(describedElsewhere, 10)).toEqual(['merged']);
  expect(rows()).toEqual([]);
  expect(waiting()).toMatchObject([{ record_id: id }]);
});
