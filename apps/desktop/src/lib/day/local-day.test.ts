import { expect, test } from 'vitest';
import { dayBegins, localDay } from './local-day.ts';

test('before the start of the day it is still the day before, and from it on the new one', () => {
  const at = (text: string) => new Date(`2026-03-01T${text}`);
  expect(localDay(at('02:59:59'), '03:00')).toBe('2026-02-28');
  expect(localDay(at('03:00:00'), '03:00')).toBe('2026-03-01');
  expect(localDay(at('00:00:00'), '00:00')).toBe('2026-03-01');
  expect(localDay(at('23:59:59'), '00:00')).toBe('2026-03-01');
});

test('a moment lies in the day that began before it', () => {
  for (const dayStart of ['00:00', '03:00'] as const)
    for (let hour = 0; hour < 24; hour += 1) {
      const now = new Date(2026, 5, 15, hour, 30);
      const begins = Date.parse(dayBegins(localDay(now, dayStart), dayStart));
      expect(now.getTime() - begins).toBeGreaterThanOrEqual(0);
      expect(now.getTime() - begins).toBeLessThan(86_400_000);
    }
});
