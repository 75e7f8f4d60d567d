/** What a person can do with reminders. */
import { err, instantOf, ok, type Result, Schedule, ScheduleId, scheduleForm } from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { createRecord, deleteRecord, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { Reader } from '../database/sql.ts';
import type { DeviceDeps } from '../deps.ts';
import { type InvalidInput, parse } from '../parse.ts';
import { listSchedules } from './schedule-repository.ts';

export const CreateSchedule = scheduleForm;

/** One reminder per questionnaire and frequency. */
export interface DuplicateSchedule {
  readonly type: 'DuplicateSchedule';
  readonly fields: readonly ['instrument', 'frequency'];
}

export const createSchedule = (
  deps: DeviceDeps,
  input: z.output<typeof CreateSchedule>,
): Result<Schedule, DuplicateSchedule> =>
  write(deps, (tx) => {
    const schedule: Schedule = {
      ...input,
      id: ScheduleId.parse(deps.newId()),
      created_at: instantOf(deps.clock.nowMs()),
    };
    const unique = refuseDuplicate(tx, schedule);
    if (!unique.ok) return unique;
    createRecord(deps, tx, 'schedule', schedule);
    return ok(schedule);
  });

const fields = Schedule.unwrap().shape;

export const UpdateSchedule = z.strictObject({
  id: ScheduleId,
  frequency: fields.frequency.optional(),
  time_of_day: fields.time_of_day.optional(),
  day_of_week: fields.day_of_week.optional(),
  day_of_month: fields.day_of_month.optional(),
  enabled: fields.enabled.optional(),
});

/** Changes what is given and leaves the rest; the whole is checked like a new one. */
export const updateSchedule = (
  deps: DeviceDeps,
  { id, ...edits }: z.output<typeof UpdateSchedule>,
): Result<Schedule, DuplicateSchedule | InvalidInput | NotFound> =>
  write(deps, (tx): Result<Schedule, DuplicateSchedule | InvalidInput | NotFound> => {
    const held = findLiving(tx, { kind: 'schedule', id, field: 'id' });
    if (!held.ok) return held;
    const { id: _, created_at, ...form } = held.value;
    const given = Object.fromEntries(Object.entries(edits).filter(([, value]) => value !== undefined));
    const edited = parse(scheduleForm, { ...form, ...given });
    if (!edited.ok) return edited;
    const schedule: Schedule = { ...edited.value, id, created_at };
    if (schedule.frequency !== held.value.frequency) {
      const unique = refuseDuplicate(tx, schedule);
      if (!unique.ok) return unique;
    }
    editRecord(deps, tx, 'schedule', schedule);
    return ok(schedule);
  });

export const DeleteSchedule = z.strictObject({ id: ScheduleId });

/** Moves a reminder to the Trash. */
export const deleteSchedule = (
  deps: DeviceDeps,
  { id }: z.output<typeof DeleteSchedule>,
): Result<null, NotFound> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'schedule', id, field: 'id' });
    if (!held.ok) return held;
    deleteRecord(deps, tx, id);
    return ok(null);
  });

const refuseDuplicate = (db: Reader, schedule: Schedule): Result<void, DuplicateSchedule> => {
  const taken = listSchedules(db, { enabledOnly: false }).some(
    (other) =>
      other.id !== schedule.id &&
      other.instrument === schedule.instrument &&
      other.frequency === schedule.frequency,
  );
  return taken ? err({ type: 'DuplicateSchedule', fields: ['instrument', 'frequency'] }) : ok(undefined);
};
