/** Every page there is, for what has to hold on all of them. A test compares the list with the routes. */
import type { OpenWindow } from './window.testing.ts';

export interface PageToVisit {
  /** As a file name. */
  readonly name: string;
  /** Its folder below `routes`. */
  readonly route: string;
  /** Its address; ids come from the imported history. */
  readonly path: (window: OpenWindow) => Promise<string> | string;
  /** Whether it shows a record that has to be there first. */
  readonly needsHistory?: true;
}

const firstId = async (window: OpenWindow, command: string, input: unknown): Promise<string> => {
  const { value } = (await window.call(command, input)) as {
    readonly value: readonly { readonly id: string }[];
  };
  return value[0]?.id ?? 'none';
};

const plain = (name: string, route: string): PageToVisit => ({ name, route, path: () => route });

export const pages: readonly PageToVisit[] = [
  plain('today', '/'),
  plain('welcome', '/welcome'),
  plain('more', '/more'),
  plain('check-in', '/check-in'),
  {
    name: 'check-in-edit',
    route: '/check-in/[id]',
    path: async (window) => `/check-in/${await firstId(window, 'get_mood_history', { limit: 1 })}`,
    needsHistory: true,
  },
  plain('assessments', '/assessments'),
  ...(['PHQ9', 'GAD7', 'CESD', 'OASIS'] as const).map((instrument) => ({
    name: `question-${instrument.toLowerCase()}`,
    route: '/assessments/[instrument]',
    path: () => `/assessments/${instrument}`,
  })),
  ...(['PHQ9', 'CESD'] as const).map((instrument) => ({
    name: `result-${instrument.toLowerCase()}`,
    route: '/assessments/result/[id]',
    path: async (window: OpenWindow) =>
      `/assessments/result/${await firstId(window, 'get_assessment_history', { instrument, limit: 1 })}`,
    needsHistory: true as const,
  })),
  plain('report', '/report'),
  plain('charts-scores', '/charts'),
  plain('charts-mood', '/charts/mood'),
  plain('charts-activities', '/charts/activities'),
  plain('history', '/history'),
  plain('trash', '/history/trash'),
  plain('activities', '/activities'),
  {
    name: 'activity',
    route: '/activities/[id]',
    path: async (window) => `/activities/${await firstId(window, 'get_activities', {})}`,
    needsHistory: true,
  },
  plain('settings', '/settings'),
  plain('settings-reminders', '/settings/reminders'),
  plain('settings-help', '/settings/help'),
  plain('settings-sync', '/settings/sync'),
  plain('settings-merged', '/settings/sync/merged'),
  plain('settings-lock', '/settings/lock'),
  plain('settings-backups', '/settings/backups'),
  plain('settings-transfer', '/settings/transfer'),
  plain('settings-erase', '/settings/erase'),
  plain('settings-about', '/settings/about'),
];

/** Goes to a page and waits until what it asks the device for is shown. */
export const visit = async (window: OpenWindow, { path }: PageToVisit): Promise<void> => {
  await window.page.goto(new URL(await path(window), window.page.url()).href);
  await window.page.locator('h1').first().waitFor();
  await window.settle();
};
