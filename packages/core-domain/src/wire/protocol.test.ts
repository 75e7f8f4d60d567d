/** The wire can't change unnoticed: its schemas have a fingerprint, and its version a history. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { errorCodes } from './error-codes.ts';
import { limits } from './limits.ts';
import * as account from './account.ts';
import * as devices from './devices.ts';
import * as protocol from './protocol.ts';

/**
 * A new fingerprint needs a new `PROTOCOL_VERSION` and a line in the history above it. That of 2 is another than it was
 * because how long an idle connection is kept left the limits (decision 0029): no client is told of that, or held to it.
 */
const FINGERPRINTS: Readonly<Record<number, string>> = {
  1: '1d36efd6e13554d7',
  2: 'f589ccbb618f0567',
};

test('[D13] the wire is the one that its version names', () => {
  const exported: readonly (readonly [string, unknown])[] = Object.entries({
    ...protocol,
    ...devices,
    ...account,
  });
  const schemas = exported
    .flatMap(([name, value]) => (value instanceof z.ZodType ? [{ name, schema: value }] : []))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, schema }) => [name, z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })]);
  const statuses = Object.entries(errorCodes).map(([code, { status, action }]) => [code, status, action]);
  const wire = JSON.stringify({ schemas, statuses, limits });
  const fingerprint = createHash('sha256').update(wire).digest('hex').slice(0, 16);
  expect(fingerprint).toBe(FINGERPRINTS[protocol.PROTOCOL_VERSION]);
});

test('[D13] every version has its line of history', () => {
  const text = readFileSync(new URL('./protocol.ts', import.meta.url), 'utf8');
  for (let version = 1; version <= protocol.PROTOCOL_VERSION; version += 1) {
    expect(text).toMatch(new RegExp(`^ \\*   ${String(version)}  \\S`, 'm'));
  }
});

test('[D3] an upload has at least one and at most 500 changes', () => {
  const change = { id: 'a'.repeat(32), base: 0, sealed: '' };
  const upload = (count: number) => ({
    device_id: '0'.repeat(16),
    batch_id: 'b'.repeat(32),
    changes: Array.from({ length: count }, () => change),
  });
  expect(protocol.UploadRequest.safeParse(upload(0)).success).toBe(false);
  expect(protocol.UploadRequest.safeParse(upload(500)).success).toBe(true);
  expect(protocol.UploadRequest.safeParse(upload(501)).success).toBe(false);
});

test.each(['=', 'a', 'ab', 'abc', 'ab=c', 'ab==c', 'abc-', 'ab\n=', ' abc'])(
  '[D3] a sealed envelope is not %j',
  (sealed) => {
    expect(protocol.Change.safeParse({ id: 'a'.repeat(32), base: 0, sealed }).success).toBe(false);
  },
);

test('[D13] a device ignores members of an answer that it does not know, and a request with one is refused', () => {
  const answer = { applied: [], conflicts: [], rejected: [], head: 3, from_a_later_version: true };
  expect(protocol.UploadAnswer.parse(answer)).toEqual({ applied: [], conflicts: [], rejected: [], head: 3 });
  const request = { base_generation: 0, sealed: '', recovery: '', from_a_later_version: true };
  expect(protocol.KeyringRequest.safeParse(request).success).toBe(false);
});
