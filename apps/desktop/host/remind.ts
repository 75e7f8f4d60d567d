/** Brings the reminders that are due now, once; what a program without a window has of the reminder loop. */
import type { Device, Notifier, Reminder } from '@mhb/device';

export interface Reminded extends Pick<Reminder, 'schedule_id' | 'instrument' | 'due_at'> {
  readonly shown: boolean;
}

/** Tries each once. What could not be shown stays due. */
export const remindNow = async (device: Device, notifier: Notifier): Promise<readonly Reminded[]> => {
  const tried: Promise<Reminded>[] = [];
  const stop = device.startReminders({
    // There is no later for a program that ends.
    wakeIn: () => () => undefined,
    notifier: {
      notify: (reminder) => {
        const answer = notifier.notify(reminder);
        const { schedule_id, instrument, due_at } = reminder;
        tried.push(answer.then((said) => ({ schedule_id, instrument, due_at, shown: said === 'shown' })));
        return answer;
      },
    },
  });
  const reminded = await Promise.all(tried);
  // The loop heard of it in the same turn, and has recorded it by the next.
  await new Promise((resolve) => setImmediate(resolve));
  stop();
  return reminded;
};
