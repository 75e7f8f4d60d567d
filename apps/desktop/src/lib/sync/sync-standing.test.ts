import { expect, test } from 'vitest';
import { standingOf, type SyncStatus } from './sync-standing.ts';

const at = '2026-11-17T08:52:00.000Z';
/** On, and in step. */
const inStep = {
  enabled: true,
  phase: 'on',
  pending: 0,
  held_deletions: 0,
  first_download: null,
  last_success_at: at,
  last_failure: null,
} as unknown as SyncStatus;
const failed = (code: string, turn: string) =>
  ({ ...inStep, last_failure: { at, code, message: '', turn } }) as unknown as SyncStatus;

test('off and unconfirmed say so before anything else', () => {
  expect(standingOf({ ...inStep, phase: 'off', pending: 3 }, null).heading).toBe('On this device only');
  expect(
    standingOf({ ...inStep, phase: 'waiting for the recovery phrase', held_deletions: 2 }, 'halted').heading,
  ).toBe('Sync is not on yet');
});

test('[O9] never in step while something waits, has failed, or needs the person', () => {
  const others: readonly SyncStatus[] = [
    { ...inStep, pending: 1 },
    { ...inStep, held_deletions: 400 },
    { ...inStep, first_download: { done: 1, total: 2 } },
    { ...inStep, last_success_at: null },
    failed('Offline', 'nobody'),
    failed('rate_limited', 'nobody'),
    failed('unauthorized', 'join again'),
    failed('quota_exceeded', 'person'),
  ];
  for (const loop of ['listening', 'polling', 'halted', 'backing off'] as const)
    for (const status of others) expect(standingOf(status, loop).heading).not.toMatch(/in step|syncing/i);
  expect(standingOf(inStep, 'listening').heading).toBe('In step');
});

test('what needs the person outranks what passes by itself', () => {
  expect(standingOf({ ...failed('Offline', 'nobody'), held_deletions: 9 }, 'halted')).toMatchObject({
    kind: 'needs you',
    heading: 'Sync needs you',
  });
});

test('only a service that cannot be reached is called no connection', () => {
  expect(standingOf(failed('Offline', 'nobody'), 'backing off').heading).toBe('No connection');
  expect(standingOf(failed('internal', 'nobody'), 'backing off').heading).toBe('Sync has to wait');
});

test('what waits is counted in words', () => {
  expect(standingOf({ ...inStep, pending: 1 }, 'polling').heading).toBe('1 change is waiting');
  expect(standingOf({ ...inStep, pending: 3 }, 'polling').heading).toBe('3 changes are waiting');
});
