/** Lets a page live so many milliseconds ago. A script that runs in the page, so it may name nothing outside of itself. */
export function setClockBack(byMs: number): void {
  const Real = Date;
  const nowMs = (): number => Real.now() - byMs;
  globalThis.Date = new Proxy(Real, {
    construct: (target, given) =>
      given.length === 0 ? new target(nowMs()) : (Reflect.construct(target, given) as Date),
    get: (target, name) => (name === 'now' ? nowMs : (Reflect.get(target, name) as unknown)),
  });
}
