/** The laws of reminders, over zones of both hemispheres, with half-hour changes, a skipped day and none at all. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { instantOf, msOf, TimeZone } from '../time.ts';
import { isDue, latestOccurrence, nextOccurrence, type ScheduleRule } from './occurrences.ts';
import { Frequency } from './schedule.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kathmandu',
].map((zone) => TimeZone.parse(zone));

const anyZone = fc.constantFrom(...zones);
const anyTime = fc.integer({ min: 0, max: 24 * 60 - 1 }).map((minutes) => {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
});
const anyInstant = fc
  .integer({ min: Date.parse('1995-01-01T00:00:00Z'), max: Date.parse('2040-01-01T00:00:00Z') })
  .map(instantOf);
const anySchedule: fc.Arbitrary<ScheduleRule> = fc.record({
  frequency: fc.constantFrom(...Frequency.options),
  time_of_day: anyTime,
  day_of_week: fc.integer({ min: 0, max: 6 }),
  day_of_month: fc.integer({ min: 1, max: 31 }),
  enabled: fc.constant(true),
  created_at: anyInstant,
});

/** Hours in which some zone changes its clocks, where mistakes hide. */
const anyNow = fc.oneof(
  anyInstant,
  fc
    .tuple(anyZone, fc.integer({ min: 1995, max: 2039 }), fc.integer({ min: -200, max: 200 }))
    .map(([zone, year, minutes]) => {
      const start = Temporal.ZonedDateTime.from({ timeZone: zone, year, month: 1, day: 1 });
      const change = start.getTimeZoneTransition('next') ?? start;
      return instantOf(change.epochMilliseconds + minutes * 60_000);
    }),
);

test('the latest occurrence is not after now, and the next one is', () => {
  fc.assert(
    fc.property(anySchedule, anyNow, anyZone, (schedule, now, zone) => {
      const latest = latestOccurrence(schedule, { now, time_zone: zone });
      const next = nextOccurrence(schedule, { now, time_zone: zone });
      if (latest !== null) {
        expect(latest.at <= now && latest.at >= schedule.created_at).toBe(true);
      }
      expect(next !== null && next.at > now && next.at >= schedule.created_at).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test('nothing lies between the latest occurrence and the next one', () => {
  fc.assert(
    fc.property(anySchedule, anyNow, anyZone, (schedule, now, zone) => {
      const latest = latestOccurrence(schedule, { now, time_zone: zone });
      const next = nextOccurrence(schedule, { now, time_zone: zone });
      if (next === null) throw new Error('a schedule that is on has a next occurrence');
      expect(latestOccurrence(schedule, { now: next.at, time_zone: zone })).toEqual(next);
      const justBefore = instantOf(msOf(next.at) - 1);
      expect(latestOccurrence(schedule, { now: justBefore, time_zone: zone })).toEqual(latest);
      if (latest !== null)
        expect(nextOccurrence(schedule, { now: latest.at, time_zone: zone })).toEqual(next);
    }),
    { numRuns: 400 },
  );
});

test('following the next occurrence goes strictly forward, by about the distance of the frequency', () => {
  const daysMax = { daily: 1, weekly: 7, biweekly: 14, monthly: 31 };
  fc.assert(
    fc.property(anySchedule, anyNow, anyZone, (schedule, start, zone) => {
      let now = instantOf(Math.max(msOf(start), msOf(schedule.created_at)));
      for (let step = 0; step < 8; step += 1) {
        const next = nextOccurrence(schedule, { now, time_zone: zone });
        if (next === null) throw new Error('a schedule that is on has a next occurrence');
        expect(next.at > now).toBe(true);
        // The first biweekly one may be a week and a fortnight's grid away; a zone may skip a day.
        expect(msOf(next.at) - msOf(now)).toBeLessThanOrEqual(
          (daysMax[schedule.frequency] + 1) * 2 * 86_400_000,
        );
        now = next.at;
      }
    }),
    { numRuns: 200 },
  );
});

test('an occurrence has the wall time, weekday and day of the month it was asked for, where the calendar has them', () => {
  fc.assert(
    fc.property(anySchedule, anyNow, anyZone, (schedule, now, zone) => {
      const next = nextOccurrence(schedule, { now, time_zone: zone });
      if (next === null) throw new Error('a schedule that is on has a next occurrence');
      const wall = Temporal.Instant.from(next.at).toZonedDateTimeISO(zone);
      const exists = wall.toPlainTime().toString({ smallestUnit: 'minute' }) === schedule.time_of_day;
      const skippedDay = zone === 'Pacific/Apia' && next.local_date === '2011-12-31';
      if (!exists) {
        // The wall time is skipped: the offset changed within the day.
        expect(wall.subtract({ hours: 3 }).offset).not.toBe(wall.offset);
      }
      if (skippedDay) return;
      if (schedule.frequency === 'weekly' || schedule.frequency === 'biweekly') {
        expect(wall.dayOfWeek % 7).toBe(schedule.day_of_week);
      }
      if (schedule.frequency === 'monthly') {
        expect(wall.day).toBe(Math.min(schedule.day_of_month ?? 0, wall.daysInMonth));
      }
    }),
    { numRuns: 400 },
  );
});

test('biweekly occurrences are every second weekly one, from the first', () => {
  fc.assert(
    fc.property(anySchedule, anyZone, (schedule, zone) => {
      const follow = (frequency: Frequency, count: number): readonly string[] => {
        const found: string[] = [];
        let now = instantOf(msOf(schedule.created_at) - 1);
        for (let step = 0; step < count; step += 1) {
          const next = nextOccurrence({ ...schedule, frequency }, { now, time_zone: zone });
          if (next === null) throw new Error('a schedule that is on has a next occurrence');
          found.push(next.local);
          now = next.at;
        }
        return found;
      };
      expect(follow('biweekly', 4)).toEqual(follow('weekly', 7).filter((_, index) => index % 2 === 0));
    }),
    { numRuns: 200 },
  );
});

test('an occurrence is due once: not again after it was fired, nor when the questionnaire was completed that day', () => {
  fc.assert(
    fc.property(anySchedule, anyNow, anyZone, (schedule, now, zone) => {
      const latest = latestOccurrence(schedule, { now, time_zone: zone });
      const state = { now, time_zone: zone, last_triggered_at: null, last_completed_on: null };
      expect(isDue(schedule, state)).toBe(latest !== null);
      if (latest === null) return;
      expect(isDue(schedule, { ...state, last_triggered_at: latest.at })).toBe(false);
      expect(isDue(schedule, { ...state, last_triggered_at: instantOf(msOf(latest.at) - 1) })).toBe(true);
      expect(isDue(schedule, { ...state, last_completed_on: latest.local_date })).toBe(false);
      expect(isDue({ ...schedule, enabled: false }, state)).toBe(false);
    }),
  );
});
