/** The table of refusals is closed and consistent in itself. */
import { expect, test } from 'vitest';
import { type DeviceAction, errorCodes, isErrorCode } from './error-codes.ts';

const rows = Object.entries(errorCodes).map(([code, row]) => ({ code, ...row }));

test.each(rows)('[D10] $code has a status, an action that fits it, and one sentence', (row) => {
  const { code, status, action, words } = row;
  expect(code).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect(words).toMatch(/^[A-Z].*\.$/);
  const byStatus: Readonly<Record<number, readonly DeviceAction[]>> = {
    401: ['ask the person'],
    403: ['ask the person'],
    409: ['reconcile', 'ask the person'],
    429: ['wait'],
  };
  // What is the service's fault passes; what is the request's fault would come again.
  const fitting = status >= 500 ? ['wait'] : (byStatus[status] ?? ['stop', 'ask the person']);
  expect(fitting).toContain(action);
});

test('[D10] nothing but the codes of the table is a code', () => {
  expect(isErrorCode('unauthorized')).toBe(true);
  for (const other of ['', 'UNAUTHORIZED', 'toString', '__proto__', 'constructor']) {
    expect(isErrorCode(other)).toBe(false);
  }
});
