/** The theme of the page: the system's until the person chose one. */
import { MediaQuery } from 'svelte/reactivity';
import type { WindowSettings } from '../device/window-settings.ts';

const isSystemDark = new MediaQuery('prefers-color-scheme: dark');

/** Reads what the system says anew whenever that changes, where it is called in an effect. */
export const applyTheme = (theme: WindowSettings['theme']): void => {
  const system = isSystemDark.current ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme === 'system' ? system : theme;
};
