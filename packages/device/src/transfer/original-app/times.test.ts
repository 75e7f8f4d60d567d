/** Every form of a moment that stands in real files, and what is none. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTime, rowTime } from './times.ts';

test.each([
  ['2025-03-10 12:00:00', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10T12:00:00', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10T12:00:00Z', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10T12:00:00+00:00', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10T12:00:00.123+00:00', '2025-03-10T12:00:00.123Z'],
  ['2025-03-10T12:00:00.123999999+00:00', '2025-03-10T12:00:00.123Z'],
  ['2025-03-10T12:00:00.1234567891234Z', '2025-03-10T12:00:00.123Z'],
  ['2025-03-10 12:00:00.5', '2025-03-10T12:00:00.500Z'],
  ['2025-03-10T08:00:00-04:00', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10 17:45:00 +0545', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10 14:00+02', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10 12:00', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10 12:00:00 UTC', '2025-03-10T12:00:00.000Z'],
  ['  2025-03-10 12:00:00\n', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10', '2025-03-10T00:00:00.000Z'],
  ['2024-02-29 12:00:00', '2024-02-29T12:00:00.000Z'],
])('%j is the moment %s', (text, moment) => {
  expect(readTime(text)).toBe(moment);
});

test.each([
  null,
  undefined,
  0,
  1_741_608_000,
  2n ** 62n,
  Buffer.from('2025-03-10 12:00:00'),
  '',
  'now',
  '1741608000',
  '12:00:00',
  '10.03.2025 12:00',
  '03/10/2025',
  '2025-3-10 12:00:00',
  '2025-02-29 12:00:00',
  '2025-13-01 12:00:00',
  '2025-03-10 24:00:00',
  '2025-03-10 12:60:00',
  '2025-03-10 12:00:60',
  '2025-03-10T12:00:00+99:00',
  '2025-03-10T12:00:00Europe/Berlin',
  '0000-01-01 00:00:00',
  '9999-12-31 23:59:59',
  '+10000-01-01T00:00:00Z',
  '2025-03-10 12:00:00; drop table moods',
])('%s is no moment', (cell) => {
  expect(readTime(cell)).toBeUndefined();
});

test('a moment reads back as itself, in the form of the original app too', () => {
  const years = { min: new Date('0002-01-01'), max: new Date('9999-12-01'), noInvalidDate: true };
  fc.assert(
    fc.property(fc.date(years), (date) => {
      const moment = date.toISOString();
      expect(readTime(moment)).toBe(moment);
      expect(readTime(moment.slice(0, 19).replace('T', ' '))).toBe(`${moment.slice(0, 19)}.000Z`);
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9T:. +Z-]{0,40}$/)),
      (text) => {
        const moment = readTime(text);
        if (moment !== undefined) expect(new Date(moment).toISOString()).toBe(moment);
      },
    ),
  );
});

test('the first stand-in that is a moment is taken, and named', () => {
  const standIns = [
    ['deleted_at', null],
    ['updated_at', '2025-03-11 12:00:00'],
    ['the time of the row before it', '2025-03-12T12:00:00.000Z'],
  ] as const;
  expect(rowTime('created_at', 'junk', standIns)).toEqual({
    at: '2025-03-11T12:00:00.000Z',
    notes: ['created_at is not a time; updated_at stands in for it'],
  });
  expect(rowTime('created_at', '2025-03-10', standIns)).toEqual({
    at: '2025-03-10T00:00:00.000Z',
    notes: [],
  });
  expect(rowTime('created_at', 'junk', [['deleted_at', 'junk']])).toBeUndefined();
});
