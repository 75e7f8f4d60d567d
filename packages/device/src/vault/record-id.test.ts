import { RecordId } from '@mhb/core-domain';
import { WireId } from '@mhb/core-domain/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecordIdCipher } from './record-id.ts';
import { account, otherAccount, recordIdAt } from './vault.testing.ts';

const idKey = Buffer.alloc(32, 4);
const ids = createRecordIdCipher(idKey, account);

const anyRecordId = fc.uuid({ version: [5, 7] }).map((text) => RecordId.parse(text));

test('[R2] every record id comes back from the wire as it was', () => {
  fc.assert(
    fc.property(anyRecordId, (recordId) => {
      const wireId = ids.wireIdOf(recordId);
      expect(WireId.safeParse(wireId).success).toBe(true);
      expect(ids.recordIdOf(wireId)).toBe(recordId);
    }),
  );
});

test('[R2] many at once are the same as one by one', () => {
  fc.assert(
    fc.property(fc.array(anyRecordId, { maxLength: 50 }), (recordIds) => {
      const wireIds = ids.wireIdsOf(recordIds);
      expect(wireIds).toEqual(recordIds.map(ids.wireIdOf));
      expect(ids.recordIdsOf(wireIds)).toEqual(recordIds);
    }),
  );
});

test('[R2] ids made within one millisecond have nothing in common on the wire', () => {
  const wireIds = ids.wireIdsOf(Array.from({ length: 2_000 }, (_, index) => recordIdAt(index)));
  expect(new Set(wireIds).size).toBe(2_000);
  // The first eight digits of these record ids are all equal.
  expect(new Set(wireIds.map((id) => id.slice(0, 8))).size).toBeGreaterThan(1_990);
  // Sorting by wire id says nothing about the order of making: about half of all neighbours are the wrong way round.
  const descents = wireIds.filter((id, index) => index > 0 && id < wireIds[index - 1]!).length;
  expect(Math.abs(descents - 1_000)).toBeLessThan(150);
  // Version and variant of a UUID, which every record id has, do not show.
  expect(new Set(wireIds.map((id) => id[12])).size).toBe(16);
});

test('[R2] one record has unlike ids in two accounts and under two keys', () => {
  const recordId = recordIdAt(1);
  const wireIds = [
    ids,
    createRecordIdCipher(idKey, otherAccount),
    createRecordIdCipher(Buffer.alloc(32, 5), account),
  ].map(({ wireIdOf }) => wireIdOf(recordId));
  expect(new Set(wireIds).size).toBe(3);
});

test('[R2] an id that no device made is not taken for a record', () => {
  const madeUp = Array.from({ length: 100 }, (_, index) =>
    WireId.parse(index.toString(16).padStart(32, '0')),
  );
  expect(ids.recordIdsOf(madeUp).filter((id) => id !== undefined).length).toBeLessThan(20);
  expect(ids.recordIdsOf(madeUp)).toEqual(madeUp.map(ids.recordIdOf));
});

test('[R2] a broken id throws and leaves the ids after it alone', () => {
  const before = ids.wireIdOf(recordIdAt(1));
  for (const text of ['', '00', 'zz'.repeat(16), '0'.repeat(31), '0'.repeat(34)]) {
    expect(() => ids.recordIdOf(text as WireId)).toThrow('Broken promise');
    expect(() => ids.wireIdOf(text as RecordId)).toThrow('Broken promise');
  }
  expect(ids.wireIdOf(recordIdAt(1))).toBe(before);
  expect(ids.recordIdOf(before)).toBe(recordIdAt(1));
});
