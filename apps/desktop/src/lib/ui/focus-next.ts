/**
 * Where the focus goes when the row that has it goes away: to the same control of the next row, else of the one before,
 * else to the title of the page. Else it would fall back to the top of the document.
 */
export const focusNext = (from: HTMLElement, selector: string): void => {
  const all = [...document.querySelectorAll<HTMLElement>(`#sheet ${selector}`)];
  const at = all.indexOf(from);
  const next = all[at + 1] ?? all[at - 1] ?? document.querySelector<HTMLElement>('#page-title');
  next?.focus({ preventScroll: true });
};
