/** Every case of schedule_due.json through the commands: what is due, and what comes next. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { inFile, openTestDevice, temporaryFolder } from '../testing.ts';
import { readVectors, testThatAllAreTakenUp, testVectors } from './vectors.testing.ts';

interface Vector {
  readonly id: string;
  readonly note: string;
  readonly schedule: {
    readonly frequency: string;
    readonly created_at: string;
    readonly last_triggered_at: string | null;
  };
  readonly now: string;
  readonly timezone: string;
  readonly last_completed_at: string | null;
  readonly expected_due: boolean;
  readonly expected_next_occurrence: string | null;
}

const file = 'schedule_due';
const { cases } = readVectors<{ readonly cases: readonly Vector[] }>(file);
const frequencies = ['daily', 'weekly', 'biweekly', 'monthly'] as const;

testThatAllAreTakenUp(
  file,
  cases.map(({ schedule }) => schedule.frequency),
  frequencies,
);

const check = async ({ schedule, ...vector }: Vector): Promise<void> => {
  const { last_triggered_at, created_at, ...form } = schedule;
  const databasePath = join(temporaryFolder(), 'device.db');
  const device = await openTestDevice({ databasePath, now: created_at, timeZone: vector.timezone });
  const { id } = (await device.run('create_schedule', { instrument: 'OASIS', ...form })) as {
    readonly id: string;
  };
  if (last_triggered_at !== null) {
    const at = new Date(last_triggered_at).toISOString();
    inFile(databasePath, `insert into reminder (schedule_id, last_triggered_at) values ('${id}', '${at}')`);
  }
  if (vector.last_completed_at !== null) {
    device.clock.nowMs = Date.parse(vector.last_completed_at);
    await device.run('submit_assessment', { instrument: 'OASIS', responses: [0, 1, 2, 3, 4] });
  }
  device.clock.nowMs = Date.parse(vector.now);
  const due = (await device.run('get_due_assessments')) as readonly { readonly schedule_id: string }[];
  expect(due.map(({ schedule_id }) => schedule_id)).toEqual(vector.expected_due ? [id] : []);
  const next = { next_occurrence: vector.expected_next_occurrence };
  expect(await device.run('get_schedule', { id })).toMatchObject(next);
  expect(await device.run('get_schedules')).toMatchObject([next]);
  device.close();
};

for (const kind of frequencies) {
  testVectors(
    { file, kind },
    cases.filter(({ schedule }) => schedule.frequency === kind),
    check,
  );
}
