/** One written form for a moment, and the day it was for the person. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf } from './days.ts';
import {
  Instant,
  instantOf,
  LocalDate,
  localDateOf,
  wallTimeOf,
  momentOf,
  msOf,
  parseInstant,
  TimeZone,
} from './time.ts';

test.each([
  ['2025-03-10T12:00:00Z', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10T12:00Z', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10T13:00:00+01:00', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10T13:00:00+0100', '2025-03-10T12:00:00.000Z'],
  ['2025-03-10T12:00:00.123456789Z', '2025-03-10T12:00:00.123Z'],
  ['2025-03-10t12:00:00,5z', '2025-03-10T12:00:00.500Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
])('%s is read as %s', (text, expected) => {
  expect(parseInstant(text)).toBe(expected);
});

test.each([
  '2025-03-10',
  '2025-03-10 12:00:00Z',
  '2025-03-10T12:00:00',
  '2025-02-30T12:00:00Z',
  '2025-03-10T24:00:00Z',
  '2025-03-10T12:00:60Z',
  '2025-03-10T12:00:00+25:00',
  '2025-03-10T12:00:00[Europe/Berlin]',
  '2025-03-10T12:00:00Z[Europe/Berlin]',
  '-002025-03-10T12:00:00Z',
  'yesterday',
  '',
])('%j is no moment', (text) => {
  expect(parseInstant(text)).toBeUndefined();
});

test('text order of stored instants is time order', () => {
  const anyMs = fc.integer({ min: Date.parse('0001-01-01T00:00Z'), max: Date.parse('9999-01-01T00:00Z') });
  fc.assert(
    fc.property(anyMs, anyMs, (a, b) => {
      expect(instantOf(a) < instantOf(b)).toBe(a < b);
      expect(msOf(instantOf(a))).toBe(a);
      expect(parseInstant(instantOf(a))).toBe(instantOf(a));
    }),
  );
});

test.each([-1e300, -8.64e15, 8.64e15, 1e300])('a clock that says %d still gives a moment', (ms) => {
  expect(Instant.safeParse(instantOf(ms)).success).toBe(true);
  for (const zone of ['Pacific/Kiritimati', 'Etc/GMT+12']) {
    expect(LocalDate.safeParse(localDateOf(instantOf(ms), TimeZone.parse(zone))).success).toBe(true);
  }
});

test.each(['2025-3-10', '2025-02-29', '2025-13-01', '10.03.2025', ''])('%j is no calendar day', (text) => {
  expect(LocalDate.safeParse(text).success).toBe(false);
});

test.each(['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'UTC', '+02:00', '-03:30'])(
  '%s is a zone',
  (zone) => {
    expect(TimeZone.safeParse(zone).success).toBe(true);
  },
);

test.each(['', 'Berlin', 'Europe/Nowhere', '2025-03-10T12:00:00Z', '+2', 'Europe/Berlin\n', '../etc/passwd'])(
  '%j is no zone',
  (zone) => {
    expect(TimeZone.safeParse(zone).success).toBe(false);
  },
);

test('an entry keeps the calendar day of the zone it was made in', () => {
  const late = Instant.parse('2025-03-10T23:30:00.000Z');
  expect(momentOf(late, TimeZone.parse('Europe/Berlin')).local_date).toBe('2025-03-11');
  expect(momentOf(late, TimeZone.parse('America/New_York')).local_date).toBe('2025-03-10');
});

test('where a day begins at 03:00, the hours before belong to the day before', () => {
  const night = momentOf(Instant.parse('2025-01-01T01:59:00.000Z'), TimeZone.parse('Europe/Berlin'));
  expect(dayOf(night)).toBe('2025-01-01');
  expect(dayOf(night, '03:00')).toBe('2024-12-31');
});

test.each([
  ['2025-03-30T00:59:59.999Z', 'Europe/Berlin', '01:59'],
  ['2025-03-30T01:00:00.000Z', 'Europe/Berlin', '03:00'],
  ['2025-10-26T00:30:00.000Z', 'Europe/Berlin', '02:30'],
  ['2025-10-26T01:30:00.000Z', 'Europe/Berlin', '02:30'],
  ['2025-10-04T16:30:00.000Z', 'Australia/Lord_Howe', '03:30'],
  ['2025-01-01T00:00:00.000Z', 'Asia/Kathmandu', '05:45'],
  ['2025-01-01T00:00:00.000Z', 'America/St_Johns', '20:30'],
])('at %s the clock on a wall in %s says %s', (at, zone, wallTime) => {
  expect(wallTimeOf(Instant.parse(at), TimeZone.parse(zone))).toBe(wallTime);
});
