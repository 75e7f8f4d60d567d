/** Compare and set against the simplest thing it could be: a map from record to version. */
import type { Change, UploadAnswer } from '@mhb/core-domain/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newChange, openTestService, sealedText, type TestService } from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const ids = Array.from({ length: 5 }, (_, index) => String(index).repeat(32));

/** A change as a device may have built it: on what it last saw, or on something older. */
const anyAttempt = fc.record({
  id: fc.constantFrom(...ids),
  isUpToDate: fc.boolean(),
  staleness: fc.integer({ min: 0, max: 3 }),
});
const anyHistory = fc.array(fc.array(anyAttempt, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 8,
});

interface Version {
  readonly seq: number;
  readonly sealed: string;
}

/** What the service must answer, and the map after it. */
const expectedAnswer = (
  held: Map<string, Version>,
  head: number,
  changes: readonly Change[],
): UploadAnswer => {
  const answer: UploadAnswer = { applied: [], conflicts: [], rejected: [], head };
  const seen = new Set<string>();
  const taken: (readonly [string, Version])[] = [];
  const conflicting: Change['id'][] = [];
  for (const { id, base, sealed } of changes) {
    if (seen.has(id)) answer.rejected.push({ id, code: 'repeated_id' });
    else if (base === (held.get(id)?.seq ?? 0)) {
      answer.head += 1;
      answer.applied.push({ id, seq: answer.head });
      taken.push([id, { seq: answer.head, sealed }]);
    } else conflicting.push(id);
    seen.add(id);
  }
  for (const [id, version] of taken) held.set(id, version);
  answer.conflicts.push(...conflicting.map((id) => ({ id, ...held.get(id)! })));
  answer.conflicts.sort((a, b) => a.seq - b.seq);
  return answer;
};

test('[D3] whatever is uploaded in whatever order, the service answers and holds what a map would', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, async (batches) => {
      const { upload, ask } = await service.newAccount();
      const held = new Map<string, Version>();
      let head = 0;
      for (const attempts of batches) {
        const changes = attempts.map(({ id, isUpToDate, staleness }) => {
          const present = held.get(id)?.seq ?? 0;
          return newChange({
            id,
            base: isUpToDate ? present : Math.max(0, present - staleness),
            sealed: sealedText(),
          });
        });
        const expected = expectedAnswer(held, head, changes);
        const { body } = await upload(changes);
        expect(body).toEqual(expected);
        head = expected.head;
      }
      const { body } = await ask<{ records: unknown[] }>('POST', '/v1/sync/download', {
        device_id: '0'.repeat(16),
        since: null,
      });
      const inOrder = [...held]
        .map(([id, version]) => ({ id, ...version }))
        .toSorted((a, b) => a.seq - b.seq);
      expect(body.records).toEqual(inOrder);
    }),
    { numRuns: 40 },
  );
});
