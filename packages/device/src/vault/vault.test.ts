/** A vault as the rest of the device uses it, against a service that moves, keeps and replaces what it stores. */
import { ActivityLog, Assessment, MoodEntry } from '@mhb/core-domain';
import {
  canonicalJson,
  createEnvelope,
  DeviceId,
  type Envelope,
  FIRST_STAMP,
  readEnvelope,
} from '@mhb/core-domain/sync';
import { limits, WireId } from '@mhb/core-domain/wire';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import {
  countedRandom,
  otherAccount,
  recordIdAt,
  testAccount,
  type TestAccount,
  vaultOn,
} from './vault.testing.ts';

let keys: TestAccount;
beforeAll(async () => {
  keys = await testAccount();
});

const cannotOpen = { ok: false, error: { type: 'CannotOpen' } };

test('[E1] what one device seals another device of the account opens', () => {
  const [here, there] = [vaultOn(keys), vaultOn(keys, countedRandom('there'))];
  fc.assert(
    fc.property(fc.nat(), fc.jsonValue(), (index, value) => {
      const json = JSON.stringify(value);
      const opened = there.openRecord(here.sealRecord(recordIdAt(index), json));
      expect(opened).toEqual({
        ok: true,
        value: { recordId: recordIdAt(index), value: JSON.parse(json) as unknown },
      });
    }),
  );
});

test('[E1] a service that swaps sealed records among ids has none of them opened', () => {
  const vault = vaultOn(keys);
  const records = Array.from({ length: 12 }, (_, index) =>
    vault.sealRecord(recordIdAt(index), `{"n":${String(index)}}`),
  );
  for (const { id } of records) {
    for (const { id: from, sealed } of records) {
      expect(vault.openRecord({ id, sealed }).ok).toBe(id === from);
    }
  }
});

test('[E1] a service that moves a sealed record to another account has it opened by nobody', async () => {
  const other = vaultOn(await testAccount(otherAccount, countedRandom('other')));
  const record = vaultOn(keys).sealRecord(recordIdAt(1), '{}');
  expect(other.openRecord(record)).toEqual({ ok: false, error: { type: 'UnknownKey' } });
  // Even where both accounts had the same data keys, say after a copied data folder.
  const twin = await testAccount(otherAccount);
  expect(vaultOn(twin).openRecord(record)).toEqual({ ok: false, error: { type: 'UnknownKey' } });
});

test('[E1] a keyring is not taken for a record, nor a record for a keyring', () => {
  const vault = vaultOn(keys);
  const { id, sealed } = vault.sealRecord(recordIdAt(1), '{}');
  expect(vault.openRecord({ id, sealed: keys.keyringSealed })).toEqual({
    ok: false,
    error: { type: 'UnknownKey' },
  });
  expect(() => vaultOn({ ...keys, keyringSealed: sealed })).toThrow('WrongKey');
});

test('[E1] one record sealed twice makes unlike bytes under one id', () => {
  const vault = vaultOn(keys);
  const [one, other] = [vault.sealRecord(recordIdAt(1), '{}'), vault.sealRecord(recordIdAt(1), '{}')];
  expect(one.id).toBe(other.id);
  expect(Buffer.compare(one.sealed, other.sealed)).not.toBe(0);
});

test('[E1] no nonce comes twice in 20,000 records', () => {
  const vault = vaultOn(keys);
  const nonces = Array.from({ length: 20_000 }, (_, index) =>
    Buffer.from(vault.sealRecord(recordIdAt(index % 10), '{}').sealed.subarray(18, 42)).toString('hex'),
  );
  expect(new Set(nonces).size).toBe(20_000);
});

test('[E3] nothing that was written can be found in what is sealed', () => {
  const vault = vaultOn(keys);
  const secret = 'the words of a person';
  const { id, sealed } = vault.sealRecord(
    recordIdAt(1),
    JSON.stringify({ notes: secret, type: 'mood_entry' }),
  );
  const travels = Buffer.concat([Buffer.from(id, 'hex'), sealed]);
  for (const encoding of ['utf8', 'utf16le'] as const)
    expect(travels.includes(secret, 0, encoding)).toBe(false);
  expect(travels.includes('mood_entry')).toBe(false);
  expect(travels.includes(Buffer.from(recordIdAt(1).replaceAll('-', ''), 'hex').subarray(0, 6))).toBe(false);
});

test('[E1] a sealed value of a place that no record has does not open', () => {
  const vault = vaultOn(keys);
  const { sealed } = vault.sealRecord(recordIdAt(1), '{}');
  expect(vault.openRecord({ id: vault.wireIdOf(recordIdAt(2)), sealed })).toEqual(cannotOpen);
});

test('[E2] a year of entries leaves at most four sizes', () => {
  const vault = vaultOn(keys);
  const sizes = Array.from(
    { length: 2_000 },
    (_, index) => vault.sealRecord(recordIdAt(index), entryAt(index)).sealed.length,
  );
  expect(new Set(sizes).size).toBeLessThanOrEqual(4);
  expect(Math.min(...sizes)).toBe(limits.SEALED_BYTES_MIN);
});

test('[E1] an envelope that was sealed is the envelope that opens', () => {
  const json = entryAt(1);
  const opened = vaultOn(keys).openRecord(vaultOn(keys).sealRecord(recordIdAt(1), json));
  if (!opened.ok) throw new Error('it opens');
  const read = readEnvelope(opened.value.value);
  expect(read.ok && jsonOf(read.value)).toBe(json);
});

/** Entries as people make them: mostly without notes, some with a sentence, a few with a page. */
const entryAt = (index: number): string => {
  const words = index % 30 === 0 ? 20 + (index % 280) : index % 12;
  const notes = index % 3 === 0 ? 'word '.repeat(words).trim() : null;
  const at = '2026-01-01T08:00:00.000Z';
  const shared = {
    id: recordIdAt(index),
    time_zone: 'Europe/Berlin',
    local_date: '2026-01-01',
    created_at: at,
    notes,
  };
  if (index % 4 === 0) {
    const log = ActivityLog.parse({ ...shared, activity_id: recordIdAt(index % 9), logged_at: at });
    return jsonOf(createEnvelope('activity_log', log, FIRST_STAMP));
  }
  if (index % 4 === 1) {
    const assessment = Assessment.parse({
      ...shared,
      instrument: 'PHQ9',
      instrument_version: 'published',
      responses: [0, 1, 2, 3, 0, 1, 2, 3, 0],
      status: 'completed',
      completed_at: at,
      legacy_total_score: null,
    });
    return jsonOf(createEnvelope('assessment', assessment, FIRST_STAMP));
  }
  const mood = MoodEntry.parse({
    ...shared,
    mood_rating: (index % 7) + 1,
    mood_scale: '1-7',
    activity_ids: Array.from({ length: index % 4 }, (_, activity) => recordIdAt(activity)),
    recorded_at: at,
  });
  return jsonOf(createEnvelope('mood_entry', mood, FIRST_STAMP));
};

const jsonOf = ({ v, type, schema, groups }: Envelope): string => canonicalJson({ v, type, schema, groups });

test('[E10] a manifest opens on every device of the account, and only as that of the device it was sealed for', () => {
  const [here, there] = [vaultOn(keys), vaultOn(keys, countedRandom('there'))];
  const [one, other] = [DeviceId.parse('00000000000000a1'), DeviceId.parse('a100000000000000')];
  const sealed = here.sealManifest(one, '{"v":1}');
  expect(there.openManifest(one, sealed)).toEqual({ ok: true, value: { v: 1 } });
  expect(there.openManifest(other, sealed)).toEqual(cannotOpen);
  // Nor as a record of the same sixteen bytes, nor a record as a manifest.
  const place = `${one}0000000000000000`;
  expect(there.openRecord({ id: WireId.parse(place), sealed })).toMatchObject({ ok: false });
  const record = here.sealRecord(recordIdAt(1), '{"v":1}');
  expect(there.openManifest(one, record.sealed)).toMatchObject({ ok: false });
});
