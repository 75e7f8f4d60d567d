/** What the years of a heavy user have in common: groups, activities, goals, reminders, preferences. */
import {
  ActivityGoalId,
  ActivityGroupId,
  ActivityId,
  instantOf,
  PreferenceId,
  ScheduleId,
} from '@mhb/core-domain';
import { chanceFrom } from './chance.ts';
import { idAt, type Keep, type Life } from './heavy-user.ts';

export interface Things {
  readonly activities: readonly ActivityId[];
}

const GROUPS = ['Body', 'People', 'Rest', 'Work', 'Home', 'Outside', 'Making', 'Long ago'] as const;
const DAY_MS = 86_400_000;
/** Before the first entry of the longest history. */
const BEGIN = Date.parse('2004-01-01T09:00:00.000Z');
const DELETED = Date.parse('2025-06-01T09:00:00.000Z');

export const chooseThings = ({ seed, activities: count }: Life, keep: Keep): Things => {
  const chance = chanceFrom(seed);
  let days = 0;
  const next = (): number => BEGIN + (days += 1) * DAY_MS;

  const groups = GROUPS.map((name, index) => {
    const at = next();
    const id = ActivityGroupId.parse(idAt(at, chance));
    const group = {
      id,
      name,
      description: index % 2 === 0 ? null : `All of ${name}`,
      created_at: instantOf(at),
    };
    keep('activity_group', group, name === 'Long ago' ? DELETED : null);
    return id;
  });
  const activities = Array.from({ length: count }, (_, index) => {
    const at = next();
    const id = ActivityId.parse(idAt(at, chance));
    const group_id = groups[index % groups.length]!;
    const isDeleted = index % groups.length === groups.length - 1;
    keep(
      'activity',
      {
        id,
        group_id,
        name: `Activity ${String(index + 1)}`,
        color: '#4a90d9',
        icon: '🏃',
        created_at: instantOf(at),
      },
      isDeleted ? DELETED : null,
    );
    return id;
  });

  for (let index = 0; index < 12; index += 1) {
    const at = next();
    const ofGroup = index % 3 === 2;
    const isImprovement = index % 4 === 3;
    const period_days = [7, 14, 30][index % 3]!;
    keep('activity_goal', {
      id: ActivityGoalId.parse(idAt(at, chance)),
      activity_id: ofGroup ? null : (activities[index % activities.length] ?? null),
      group_id: ofGroup ? (groups[index % (groups.length - 1)] ?? null) : null,
      goal_type: isImprovement ? 'percent_improvement' : 'days_per_period',
      target_value: isImprovement ? 20 : Math.ceil(period_days / 2),
      period_days,
      created_at: instantOf(at),
    });
  }
  keepReminders(chance, next, keep);
  keepPreferences(chance, next, keep);
  return { activities };
};

const keepReminders = (chance: () => number, next: () => number, keep: Keep): void => {
  const rules = [
    { instrument: 'PHQ9', frequency: 'weekly', day_of_week: 0, day_of_month: null },
    { instrument: 'GAD7', frequency: 'daily', day_of_week: null, day_of_month: null },
    { instrument: 'CESD', frequency: 'biweekly', day_of_week: 3, day_of_month: null },
    { instrument: 'OASIS', frequency: 'monthly', day_of_week: null, day_of_month: 31 },
  ] as const;
  for (const rule of rules) {
    const at = next();
    const id = ScheduleId.parse(idAt(at, chance));
    keep('schedule', { id, ...rule, time_of_day: '19:30', enabled: true, created_at: instantOf(at) });
  }
};

/** Days that begin at 03:00: the slower way in every question about days. */
const keepPreferences = (chance: () => number, next: () => number, keep: Keep): void => {
  const values = { day_start: '03:00', week_start: 0, reminder_lead_minutes: 15 } as const;
  for (const [key, value] of Object.entries(values)) {
    const at = next();
    const id = PreferenceId.parse(idAt(at, chance));
    keep('preference', { id, key, value, created_at: instantOf(at) });
  }
};
