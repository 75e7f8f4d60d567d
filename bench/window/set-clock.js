/** Lets the program live when the generated history ends, so that its newest weeks are not empty. */
const behindMs = Number(process.env.MHB_BENCH_BEHIND_MS ?? 0);
const now = Date.now;
Date.now = () => now() - behindMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, given) =>
    given.length === 0 ? new target(target.now()) : Reflect.construct(target, given),
});
