/** A new device compares what the service says with what the other device has seen, before it sends anything. */
import { err, ok } from '@mhb/core-domain';
import { DeviceId } from '@mhb/core-domain/sync';
import { type AccountId, Cursor, type DownloadAnswer, type ErrorCode } from '@mhb/core-domain/wire';
import { expect, test } from 'vitest';
import type { PairingMessage } from '../vault/pairing.ts';
import { compareWithSeen } from './pairing.ts';
import type { SyncApi } from './sync-api.ts';

const cursor = Cursor.parse('a_cursor');
const deps = { deviceId: DeviceId.parse('a'.repeat(16)) };

const messageSeenAt = (head: number | null): PairingMessage => ({
  v: 1,
  account_id: 'a'.repeat(32) as AccountId,
  api_key: '',
  master_secret: 'c'.repeat(64),
  keyring_generation: 1,
  cursor,
  seen: head === null ? null : { head, digest: 'd'.repeat(64) },
});

/** A service that can say anything. */
const serviceAt = (head: number): Pick<SyncApi, 'download'> => ({
  download: () => {
    const answer: DownloadAnswer = {
      ...{ records: [], has_more: false, remaining: 0, next: cursor, head, keyring_generation: 1 },
    };
    return Promise.resolve(ok(answer));
  },
});

const serviceRefusing = (code: ErrorCode): Pick<SyncApi, 'download'> => ({
  download: () => Promise.resolve(err({ type: 'Refused', code })),
});

test.each([
  [5, 7],
  [0, 1],
])('[E6] a head of %i where the other device has seen %i is behind', async (head, seen) => {
  expect(await compareWithSeen(deps, serviceAt(head), messageSeenAt(seen))).toEqual({
    ok: false,
    error: { type: 'ServiceIsBehind' },
  });
});

test.each([
  [7, 7],
  [8, 7],
  [8, null],
])('[E6] a head of %i where the other device has seen %j is not', async (head, seen) => {
  expect(await compareWithSeen(deps, serviceAt(head), messageSeenAt(seen))).toEqual({
    ok: true,
    value: undefined,
  });
});

test.each(['server_behind', 'history_diverged', 'epoch_changed'] as const)(
  '[E6] a service that answers %s to the other device’s cursor is behind',
  async (code) => {
    expect(await compareWithSeen(deps, serviceRefusing(code), messageSeenAt(null))).toMatchObject({
      error: { type: 'ServiceIsBehind' },
    });
  },
);

test('[E6] another refusal stays what it is', async () => {
  expect(await compareWithSeen(deps, serviceRefusing('unauthorized'), messageSeenAt(7))).toEqual({
    ok: false,
    error: { type: 'Refused', code: 'unauthorized' },
  });
});
