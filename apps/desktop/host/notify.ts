/**
 * Reminders as notifications of the desktop. They name no questionnaire: a notification can be read by whoever looks
 * at the screen, also while it is locked.
 */
import type { Notifier } from '@mhb/device';
import nodeNotifier from 'node-notifier';

export interface DesktopNotifier {
  readonly notify: (
    notification: { readonly title: string; readonly message: string },
    callback: (error: Error | null) => void,
  ) => unknown;
}

/** A desktop that does not answer within this time is one that shows nothing. */
const SILENT_MS_MAX = 10_000;

export const desktopNotifier = (desktop: DesktopNotifier = nodeNotifier): Notifier => ({
  notify: () => {
    const { promise, resolve } = Promise.withResolvers<'shown' | 'not_shown'>();
    const silent = setTimeout(() => {
      resolve('not_shown');
    }, SILENT_MS_MAX);
    try {
      desktop.notify(
        { title: 'Mental Health Bar', message: 'A questionnaire is waiting for you.' },
        (error) => {
          resolve(error === null ? 'shown' : 'not_shown');
        },
      );
    } catch {
      // Without a desktop session it throws.
      resolve('not_shown');
    }
    return promise.finally(() => {
      clearTimeout(silent);
    });
  },
});
