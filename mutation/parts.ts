/** What is changed on purpose, one small change at a time, and the tests that have to notice. */

export interface Part {
  /** Files whose code is changed. */
  readonly files: readonly string[];
  /** Tests that run against each change. */
  readonly tests: readonly string[];
}

export const parts = {
  merge: {
    files: ['packages/core-domain/src/sync/{merge,discarded,stamp,restamp,envelope,canonical-json}.ts'],
    tests: ['packages/core-domain/src/sync/**/*.test.ts'],
  },
  cursor: {
    files: ['apps/sync-service/src/records/{cursor,chain}.ts'],
    tests: ['apps/sync-service/src/records/{cursor,chain}.test.ts'],
  },
  outbox: {
    files: ['packages/device/src/changes/outbox.ts', 'packages/device/src/sync/{outgoing,own-batches}.ts'],
    tests: ['packages/device/src/changes/**/*.test.ts', 'packages/device/src/sync/outgoing.test.ts'],
  },
  envelope: {
    files: ['packages/device/src/vault/{seal,padding,record-id}.ts'],
    tests: ['packages/device/src/vault/{seal,padding,record-id,vault,sealed-vectors,keyring,cipher}.test.ts'],
  },
  limits: {
    files: ['apps/sync-service/src/{records/quota,http/rate-limits}.ts'],
    tests: ['apps/sync-service/src/{records/quota,http/rate-limits,records/upload}.test.ts'],
  },
} as const satisfies Readonly<Record<string, Part>>;

export type PartName = keyof typeof parts;

export const partNames = Object.keys(parts) as readonly PartName[];
