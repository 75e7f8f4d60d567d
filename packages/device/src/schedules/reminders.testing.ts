/** Reminders for tests: a scheduler that is called by hand and a notifier that writes down what it was given. */
import { Assessment, Instant } from '@mhb/core-domain';
import { createEnvelope, DeviceId, stampOf } from '@mhb/core-domain/sync';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ChangeFeed } from '../changes/change-feed.ts';
import { recordRemoteChanges } from '../changes/remote-change.ts';
import { openSqlite } from '../database/sqlite.ts';
import { inFile, openTestDevice, temporaryFolder, type TestClock, type TestDevice } from '../testing.ts';
import type { Reminder } from './due.ts';
import type { Notifier, ReminderPorts } from './reminder-loop.ts';

export interface Bell extends ReminderPorts {
  /** Everything the notifier was given, whatever it answered. */
  readonly rung: Reminder[];
  /** How long the loop asked to sleep, each time. */
  readonly waits: number[];
  /** What the notifier does; the test may change it. */
  notify: Notifier['notify'];
  /** The time by the clock at which the loop wants to be woken; undefined where it doesn't. */
  readonly alarmMs: () => number | undefined;
  /** Calls the loop back as a timer would, and lets the notifier's answers arrive. */
  readonly wake: () => Promise<void>;
}

export const createBell = (clock: TestClock): Bell => {
  const waiting = new Map<() => void, number>();
  const bell: Bell = {
    rung: [],
    waits: [],
    notify: () => Promise.resolve('shown'),
    notifier: {
      notify: (reminder) => {
        bell.rung.push(reminder);
        return bell.notify(reminder);
      },
    },
    wakeIn: (ms, callback) => {
      bell.waits.push(ms);
      waiting.set(callback, clock.nowMs + ms);
      return () => waiting.delete(callback);
    },
    alarmMs: () => [...waiting.values()][0],
    wake: async () => {
      const due = [...waiting.keys()];
      waiting.clear();
      for (const callback of due) callback();
      await setImmediate();
    },
  };
  return bell;
};

/** Lets the app run until then, waking as often as the loop asks for. */
export const runUntil = async (clock: TestClock, bell: Bell, time: string): Promise<void> => {
  const endMs = Date.parse(time);
  for (let alarmMs = bell.alarmMs(); alarmMs !== undefined && alarmMs <= endMs; alarmMs = bell.alarmMs()) {
    clock.nowMs = alarmMs;
    await bell.wake();
  }
  clock.nowMs = endMs;
};

/** Puts the clock to another time, or lets the computer sleep until then; the timer ends soon after. */
export const jumpTo = async (clock: TestClock, bell: Bell, time: string): Promise<void> => {
  clock.nowMs = Date.parse(time);
  await bell.wake();
};

/** Opens the app at this time, lets it show what is due, and closes it again. */
export const openOnce = async (device: TestDevice, time: string): Promise<readonly Reminder[]> => {
  device.clock.nowMs = Date.parse(time);
  const bell = createBell(device.clock);
  const stop = device.startReminders(bell);
  await setImmediate();
  stop();
  return bell.rung;
};

let arrived = 0;

/** A questionnaire that another device completed and sync brought. */
export const arriveCompleted = (
  databasePath: string,
  at: string,
  fields: Partial<Record<keyof Assessment, unknown>> = {},
): void => {
  arrived += 1;
  const assessment = Assessment.parse({
    id: `0195804c-7000-7000-8000-${String(arrived).padStart(12, '0')}`,
    instrument: 'PHQ9',
    instrument_version: 'published',
    responses: [0, 1, 2, 3, 0, 1, 2, 3, 0],
    status: 'completed',
    completed_at: Instant.parse(at),
    time_zone: 'Europe/Berlin',
    local_date: at.slice(0, 10),
    legacy_total_score: null,
    notes: null,
    created_at: Instant.parse(at),
    ...fields,
  });
  const stamp = stampOf(Date.parse(at), 0, DeviceId.parse('00000000000000bb'));
  const envelope = createEnvelope('assessment', assessment, stamp);
  const database = openSqlite(databasePath);
  database.transaction((tx) =>
    recordRemoteChanges({ changeFeed: new ChangeFeed(), clock: { nowMs: () => Date.parse(at) } }, tx, [
      {
        id: assessment.id,
        envelope,
        seq: arrived,
        sealedHash: new Uint8Array(32),
        state: { kind: 'assessment', entity: assessment, deleted_at: null },
      },
    ]),
  );
  database.close();
};

export interface Ringing {
  readonly device: TestDevice;
  readonly databasePath: string;
  readonly bell: Bell;
  readonly stop: () => void;
  /** What the reminders that came were for. */
  readonly rungFor: () => readonly string[];
  readonly until: (time: string) => Promise<void>;
  readonly jump: (time: string) => Promise<void>;
}

/** A device with one reminder, at 09:00 every day unless told otherwise, and the loop running. */
export const startRinging = async (
  options: { readonly now?: string; readonly timeZone?: string; readonly schedule?: object } = {},
): Promise<Ringing> => {
  const databasePath = join(temporaryFolder(), 'device.db');
  const { now = '2025-03-10T07:30:00Z', timeZone = 'Europe/Berlin', schedule } = options;
  const device = await openTestDevice({ now, timeZone, databasePath });
  const { clock } = device;
  const words = { instrument: 'PHQ9', frequency: 'daily', time_of_day: '09:00', ...schedule };
  await device.run('create_schedule', words);
  const bell = createBell(clock);
  const stop = device.startReminders(bell);
  await setImmediate();
  return {
    device,
    databasePath,
    bell,
    stop,
    rungFor: () => bell.rung.map(({ due_at }) => due_at),
    until: (time) => runUntil(clock, bell, time),
    jump: (time) => jumpTo(clock, bell, time),
  };
};

export const lastTriggered = (databasePath: string): unknown =>
  inFile(databasePath, 'select max(last_triggered_at) as last from reminder')[0]?.last;
