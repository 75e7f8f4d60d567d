/** Every page that can be gone to by name, with its key where it has one. */
export interface Way {
  readonly href: string;
  readonly text: string;
  readonly key?: string;
}

export const ways: readonly Way[] = [
  { href: '/', text: 'Today' },
  { href: '/check-in', text: 'Log mood', key: 'M' },
  { href: '/assessments', text: 'Assessments', key: 'N' },
  { href: '/charts', text: 'Charts: scores' },
  { href: '/charts/mood', text: 'Charts: mood' },
  { href: '/charts/activities', text: 'Charts: activities' },
  { href: '/history', text: 'History' },
  { href: '/history/trash', text: 'Trash' },
  { href: '/activities', text: 'Activities' },
  { href: '/report', text: 'Report to print' },
  { href: '/settings', text: 'Settings: look and keys' },
  { href: '/settings/reminders', text: 'Settings: reminders' },
  { href: '/settings/help', text: 'Settings: help contacts' },
  { href: '/settings/sync', text: 'Settings: sync and devices' },
  { href: '/settings/lock', text: 'Settings: lock' },
  { href: '/settings/backups', text: 'Settings: backups' },
  { href: '/settings/transfer', text: 'Settings: import and export' },
  { href: '/settings/erase', text: 'Settings: erase everything' },
];
