import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/schedule_due.json' with { type: 'json' };
import { type Instant, localDateOf, parseInstant, TimeZone } from '../time.ts';
import { isDue, latestOccurrence, nextOccurrence, type ScheduleRule } from './occurrences.ts';
import { Frequency } from './schedule.ts';

const instant = (text: string): Instant => {
  const at = parseInstant(text);
  if (at === undefined) throw new Error('not an instant');
  return at;
};

test.each(vectors.cases)('$id $note', (vector) => {
  const { last_triggered_at, ...rule } = vector.schedule;
  const schedule: ScheduleRule = {
    ...rule,
    frequency: Frequency.parse(rule.frequency),
    created_at: instant(rule.created_at),
  };
  const now = instant(vector.now);
  const zone = TimeZone.parse(vector.timezone);
  const completed = vector.last_completed_at;
  const due = isDue(schedule, {
    now,
    time_zone: zone,
    last_triggered_at: last_triggered_at === null ? null : instant(last_triggered_at),
    last_completed_on: completed === null ? null : localDateOf(instant(completed), zone),
  });
  expect(due).toBe(vector.expected_due);
  expect(nextOccurrence(schedule, { now, time_zone: zone })?.local ?? null).toBe(
    vector.expected_next_occurrence,
  );
});

const daily: ScheduleRule = {
  frequency: 'daily',
  time_of_day: '09:00',
  day_of_week: null,
  day_of_month: null,
  enabled: true,
  created_at: instant('2000-01-01T00:00:00Z'),
};

const localTimes = (schedule: ScheduleRule, zone: string, from: string, count: number): readonly string[] => {
  const times: string[] = [];
  let now = instant(from);
  while (times.length < count) {
    const next = nextOccurrence(schedule, { now, time_zone: TimeZone.parse(zone) });
    if (next === null) throw new Error('no next occurrence');
    times.push(next.local);
    now = next.at;
  }
  return times;
};

describe('when the clocks change', () => {
  test('a time that is skipped moves forward by the gap', () => {
    const times = localTimes({ ...daily, time_of_day: '02:30' }, 'Europe/Berlin', '2025-03-29T00:00:00Z', 3);
    expect(times).toEqual([
      '2025-03-29T02:30:00+01:00',
      '2025-03-30T03:30:00+02:00',
      '2025-03-31T02:30:00+02:00',
    ]);
  });

  test('a time that comes twice means the first, and fires once', () => {
    const times = localTimes(
      { ...daily, time_of_day: '01:30' },
      'America/New_York',
      '2025-11-01T12:00:00Z',
      2,
    );
    expect(times).toEqual(['2025-11-02T01:30:00-04:00', '2025-11-03T01:30:00-05:00']);
  });

  test('a gap of half an hour moves by half an hour', () => {
    const times = localTimes(
      { ...daily, time_of_day: '02:15' },
      'Australia/Lord_Howe',
      '2025-10-04T12:00:00Z',
      1,
    );
    expect(times).toEqual(['2025-10-05T02:45:00+11:00']);
  });

  test('a whole day that a zone skipped is one reminder, not two', () => {
    const times = localTimes(daily, 'Pacific/Apia', '2011-12-29T00:00:00Z', 3);
    expect(times).toEqual([
      '2011-12-29T09:00:00-10:00',
      '2011-12-31T09:00:00+14:00',
      '2012-01-01T09:00:00+14:00',
    ]);
  });

  test('a grid that began on a skipped day keeps its weekday', () => {
    const fridays: ScheduleRule = { ...daily, frequency: 'biweekly', day_of_week: 5 };
    const created = { ...fridays, created_at: instant('2011-12-28T00:00:00Z') };
    const times = localTimes(created, 'Pacific/Apia', '2011-12-28T00:00:00Z', 2);
    expect(times).toEqual(['2011-12-31T09:00:00+14:00', '2012-01-13T09:00:00+14:00']);
  });
});

describe('biweekly', () => {
  const mondays: ScheduleRule = { ...daily, frequency: 'biweekly', day_of_week: 1 };

  test('counts from the first occurrence after it was made', () => {
    const madeMondayEarly = { ...mondays, created_at: instant('2025-03-10T08:00:00Z') };
    const madeMondayLate = { ...mondays, created_at: instant('2025-03-10T10:00:00Z') };
    expect(localTimes(madeMondayEarly, 'UTC', '2025-03-10T08:00:00Z', 2)).toEqual([
      '2025-03-10T09:00:00+00:00',
      '2025-03-24T09:00:00+00:00',
    ]);
    expect(localTimes(madeMondayLate, 'UTC', '2025-03-10T10:00:00Z', 2)).toEqual([
      '2025-03-17T09:00:00+00:00',
      '2025-03-31T09:00:00+00:00',
    ]);
  });

  test('stays on its grid over years', () => {
    const made = { ...mondays, created_at: instant('2015-03-02T00:00:00Z') };
    expect(localTimes(made, 'Europe/Berlin', '2025-03-10T00:00:00Z', 1)).toEqual([
      // 524 weeks after the first one.
      '2025-03-17T09:00:00+01:00',
    ]);
  });
});

test('before it was made, the next one is the first one', () => {
  const made = { ...daily, created_at: instant('2025-03-10T09:00:00Z') };
  const now = instant('2024-01-01T00:00:00Z');
  const zone = TimeZone.parse('UTC');
  expect(latestOccurrence(made, { now, time_zone: zone })).toBeNull();
  expect(nextOccurrence(made, { now, time_zone: zone })?.local).toBe('2025-03-10T09:00:00+00:00');
});

test('an imported schedule without its day takes the day it was made on', () => {
  const made = instant('2025-01-15T12:00:00Z');
  const weekly: ScheduleRule = { ...daily, frequency: 'weekly', created_at: made };
  const monthly: ScheduleRule = { ...daily, frequency: 'monthly', created_at: made };
  expect(localTimes(weekly, 'UTC', '2025-03-01T00:00:00Z', 1)).toEqual(['2025-03-05T09:00:00+00:00']);
  expect(localTimes(monthly, 'UTC', '2025-03-01T00:00:00Z', 1)).toEqual(['2025-03-15T09:00:00+00:00']);
});

test('a clock at the end of time has no next reminder and breaks nothing', () => {
  const now = instant('9999-12-30T23:00:00Z');
  const monthly: ScheduleRule = { ...daily, frequency: 'monthly', day_of_month: 1 };
  expect(nextOccurrence(monthly, { now, time_zone: TimeZone.parse('UTC') })).toBeNull();
});
