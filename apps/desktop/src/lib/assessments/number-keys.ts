/** The keys 0 to 4 as answers. */
import type { Shortcuts } from '../ui/shortcuts.svelte.ts';

const OPTIONS_MAX = 5;

/** Returns how to take them away again. */
export const numberKeys = (shortcuts: Shortcuts, answer: (option: number) => void): (() => void) => {
  const removes = Array.from({ length: OPTIONS_MAX }, (_, option) =>
    shortcuts.add(String(option), () => {
      answer(option);
    }),
  );
  return () => {
    for (const remove of removes) remove();
  };
};
