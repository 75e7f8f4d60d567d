/**
 * One tab stop for a group of controls, arrows inside it. Arrows move the focus and nothing else, so that looking
 * around in a scale records nothing; Space or Enter chooses.
 */
import type { Attachment } from 'svelte/attachments';

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** `selector` finds the controls. The one that is chosen, else the first, is the tab stop. */
export const roving =
  (selector = '[role=radio]'): Attachment<HTMLElement> =>
  (group) => {
    const controls = (): readonly HTMLElement[] => [...group.querySelectorAll<HTMLElement>(selector)];
    const makeStop = (stop: HTMLElement | undefined): void => {
      for (const control of controls()) control.tabIndex = control === stop ? 0 : -1;
    };
    const settle = (): void => {
      const all = controls();
      if (all.some((control) => control === document.activeElement)) return;
      makeStop(
        all.find((control) => control.ariaChecked === 'true' || control.ariaPressed === 'true') ?? all[0],
      );
    };
    const onKey = (event: KeyboardEvent): void => {
      const all = controls();
      const here = all.indexOf(document.activeElement as HTMLElement);
      if (here < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
      const step = STEPS[event.key];
      const target =
        event.key === 'Home'
          ? all[0]
          : event.key === 'End'
            ? all.at(-1)
            : step === undefined
              ? undefined
              : all[(here + step + all.length) % all.length];
      if (target === undefined) return;
      event.preventDefault();
      makeStop(target);
      target.focus();
    };
    const onFocus = (event: FocusEvent): void => {
      const focused = controls().find((control) => control === event.target);
      if (focused !== undefined) makeStop(focused);
    };
    const observer = new MutationObserver(settle);
    observer.observe(group, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['aria-checked', 'aria-pressed'],
    });
    group.addEventListener('keydown', onKey);
    group.addEventListener('focusin', onFocus);
    settle();
    return () => {
      observer.disconnect();
      group.removeEventListener('keydown', onKey);
      group.removeEventListener('focusin', onFocus);
    };
  };
