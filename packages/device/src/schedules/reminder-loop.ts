/**
 * Brings reminders while the app runs. It wakes at every full minute of the clock, when reminders fall due; never
 * waiting longer is also how it notices that the computer slept, or that clock or zone were changed.
 *
 *   due ──► on its way ──'shown'──► shown ──► recorded in the database
 *    ▲           │                    ▲  │
 *    └───────────┘                    └──┘
 *    not shown, or failed:            the disk failed: recorded at
 *    tried at the next wake           a later wake, not shown again
 */
import { type Instant, instantOf, type ScheduleId } from '@mhb/core-domain';
import { databaseFailure } from '../database/failures.ts';
import type { ClockDep, DatabaseDep, TimeZoneDep } from '../deps.ts';
import { dueAssessments, type Reminder } from './due.ts';
import { listScheduleStates, recordShown } from './schedule-repository.ts';

/** Shows a reminder to the person, as a notification of the desktop or in the window. */
export interface Notifier {
  /**
   * `'shown'` once the person could see it: the desktop took it, or the window did. `'not_shown'`, and any failure,
   * has it tried again within a minute. May take as long as it needs; other reminders don't wait for it.
   */
  readonly notify: (reminder: Reminder) => Promise<'shown' | 'not_shown'>;
}

export interface ReminderPorts {
  readonly notifier: Notifier;
  /** Calls back once after so many milliseconds, later if the computer slept. Returns how to cancel that. */
  readonly wakeIn: (ms: number, callback: () => void) => () => void;
}

export type ReminderLoopDeps = ClockDep &
  DatabaseDep &
  TimeZoneDep &
  ReminderPorts & {
    /** How long before its time a reminder comes. */
    readonly leadMinutes: () => number;
  };

export const WAIT_MAX_MS = 60_000;

/** A reminder between being handed to the notifier and being recorded. */
interface Delivery {
  readonly id: ScheduleId;
  /** What is recorded: when it was shown, or the time it is for where it came early. */
  readonly at: Instant;
  shown: boolean;
}

export class ReminderLoop {
  readonly #deps: ReminderLoopDeps;
  /** By schedule and occurrence, so that one the notifier never answers for doesn't hold back the next. */
  readonly #deliveries = new Map<string, Delivery>();
  #cancelWake: () => void = () => undefined;
  #stopped = false;

  constructor(deps: ReminderLoopDeps) {
    this.#deps = deps;
  }

  /** Shows at once what is due, then goes on until it is stopped. */
  start(): void {
    this.#wake();
  }

  /** Nothing is shown or recorded from here on, whatever the notifier still answers. */
  stop(): void {
    this.#stopped = true;
    this.#cancelWake();
  }

  #wake(): void {
    if (this.#stopped) return;
    const { clock, wakeIn } = this.#deps;
    const nowMs = clock.nowMs();
    // First of all, so that no failure below ends the loop.
    this.#cancelWake = wakeIn(Math.min(WAIT_MAX_MS - (nowMs % WAIT_MAX_MS), WAIT_MAX_MS), () => {
      this.#wake();
    });
    unlessDiskFails(() => {
      this.#record();
      this.#deliver(instantOf(nowMs));
    });
  }

  #deliver(now: Instant): void {
    const { database, leadMinutes, timeZone } = this.#deps;
    const present = { now, time_zone: timeZone(), lead_minutes: leadMinutes() };
    const due = dueAssessments(listScheduleStates(database, { now }), present);
    for (const { shown: isKnown, ...reminder } of due) {
      if (isKnown) continue;
      const { schedule_id: id, due_at } = reminder;
      const key = `${id} ${due_at}`;
      if (this.#deliveries.has(key)) continue;
      const delivery = { id, at: due_at > now ? due_at : now, shown: false };
      this.#deliveries.set(key, delivery);
      void this.#show(reminder).then((shown) => {
        delivery.shown = shown;
        if (!shown) this.#deliveries.delete(key);
        else
          unlessDiskFails(() => {
            this.#record();
          });
      });
    }
  }

  async #show(reminder: Reminder): Promise<boolean> {
    try {
      return (await this.#deps.notifier.notify(reminder)) === 'shown';
    } catch {
      // Whatever a desktop's notifications fail with, they may do better in a minute.
      return false;
    }
  }

  #record(): void {
    if (this.#stopped) return;
    const { clock, database } = this.#deps;
    const shown = [...this.#deliveries].filter(([, delivery]) => delivery.shown);
    if (shown.length === 0) return;
    const now = instantOf(clock.nowMs());
    database.transaction((tx) => {
      for (const [, { id, at }] of shown) recordShown(tx, { id, at, now });
    });
    for (const [key] of shown) this.#deliveries.delete(key);
  }
}

/** A full disk or a locked file passes; the next wake tries again. */
const unlessDiskFails = (act: () => void): void => {
  try {
    act();
  } catch (error) {
    if (databaseFailure(error) === undefined) throw error;
  }
};
