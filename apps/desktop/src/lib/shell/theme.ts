/** The theme of the page: the system's until the person chose one. */
import type { WindowSettings } from '../device/window-settings.ts';

export const applyTheme = (theme: WindowSettings['theme']): void => {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
};
