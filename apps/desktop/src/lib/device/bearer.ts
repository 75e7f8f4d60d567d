/**
 * The secret that each request carries. The host gives it in the address the window opens with; from then on it is in
 * the memory of this tab alone: never in a cookie, which a browser would send to every port of this computer.
 */
const KEPT_AS = 'mhb-bearer';

export const takeBearer = (): string => {
  const given = /^#bearer=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(KEPT_AS, given);
    history.replaceState(history.state, '', location.pathname + location.search);
  }
  return given ?? sessionStorage.getItem(KEPT_AS) ?? '';
};
