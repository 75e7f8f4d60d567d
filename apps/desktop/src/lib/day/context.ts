/** The day the person is in, for every component below the layout. */
import { createContext } from 'svelte';
import type { PersonDay } from './person-day.svelte.ts';

const [useDay, provideDay] = createContext<PersonDay>();
export { provideDay, useDay };
