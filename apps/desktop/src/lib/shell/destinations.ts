/** Where the app can go, in the order of the navigation. */
import type { IconName } from '../ui/icons.ts';

export interface Destination {
  readonly href:
    '/' | '/activities' | '/assessments' | '/charts' | '/check-in' | '/history' | '/more' | '/settings';
  readonly text: string;
  /** For the bar at the foot of a small window. */
  readonly shortText: string;
  readonly icon: IconName;
}

export const destinations: readonly Destination[] = [
  { href: '/', text: 'Today', shortText: 'Today', icon: 'today' },
  { href: '/assessments', text: 'Assessments', shortText: 'Assess', icon: 'assessments' },
  { href: '/charts', text: 'Charts', shortText: 'Charts', icon: 'charts' },
  { href: '/history', text: 'History', shortText: 'History', icon: 'history' },
  { href: '/activities', text: 'Activities', shortText: 'Activities', icon: 'activities' },
  { href: '/settings', text: 'Settings', shortText: 'Settings', icon: 'settings' },
];

/** Whether the page belongs to the destination, itself or below it. */
export const isWithin = (path: string, { href }: Destination): boolean =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
