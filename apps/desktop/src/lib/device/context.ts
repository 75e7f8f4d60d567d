/** The one device of the window, for every component below the layout. */
import { createContext } from 'svelte';
import type { WindowDevice } from './window-device.svelte.ts';

const [useDevice, provideDevice] = createContext<WindowDevice>();
export { provideDevice, useDevice };
