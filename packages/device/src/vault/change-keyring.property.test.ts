import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { changeKeyring, type KeyringChange, newMasterSecret } from './change-keyring.ts';
import { loadCipher } from './cipher.ts';
import { openKeyring } from './keyring.ts';
import type { RandomBytes } from './randomness.ts';
import {
  account,
  countedRandom,
  keyringOf,
  recordIdAt,
  type TestAccount,
  testAccount,
  vaultOn,
} from './vault.testing.ts';

beforeAll(loadCipher);

type Step = KeyringChange['to'];

const anySteps = fc.array(
  fc.constantFrom<Step>('the same keys', 'one more data key', 'the newest data key alone'),
  { maxLength: 8 },
);

const changed = (keys: TestAccount, to: Step, random: RandomBytes): TestAccount => {
  const change: KeyringChange =
    to === 'one more data key' ? { to, masterSecret: newMasterSecret(random) } : { to };
  const made = changeKeyring({ ...keys, pinnedGeneration: 0 }, change, random);
  if (!made.ok) throw new Error(made.error.type);
  const masterSecret = change.to === 'one more data key' ? change.masterSecret : keys.masterSecret;
  return { ...keys, masterSecret, keyringSealed: made.value.keyringSealed };
};

test('[E4] [E7] whatever is done to a keyring, the generation grows, ids stay, and only what was retired is lost', async () => {
  await fc.assert(
    fc.asyncProperty(anySteps, fc.string({ minLength: 1 }), async (steps, seed) => {
      const random = countedRandom(seed);
      let keys = await testAccount(account, random);
      const first = keyringOf(keys);
      let readable = [vaultOn(keys).sealRecord(recordIdAt(0), '{"n":0}')];
      let lost: typeof readable = [];
      for (const [index, step] of steps.entries()) {
        const before = { keys, ring: keyringOf(keys) };
        keys = changed(keys, step, random);
        const ring = keyringOf(keys);
        expect(ring.generation).toBe(before.ring.generation + 1);
        expect(ring.idKey).toEqual(first.idKey);
        if (step === 'one more data key') {
          expect(ring.keys.length).toBe(before.ring.keys.length + 1);
          expect(openKeyring(keys.keyringSealed, before.keys, 0)).toMatchObject({
            error: { type: 'WrongKey' },
          });
        }
        if (step === 'the newest data key alone') {
          const isOpen = (record: (typeof readable)[number]) => vaultOn(keys).openRecord(record).ok;
          lost = [...lost, ...readable.filter((record) => !isOpen(record))];
          readable = readable.filter(isOpen);
          expect(ring.keys).toHaveLength(1);
        }
        expect(openKeyring(before.keys.keyringSealed, before.keys, ring.generation)).toMatchObject({
          error: { type: 'KeyringRolledBack' },
        });
        readable.push(vaultOn(keys).sealRecord(recordIdAt(index + 1), `{"n":${String(index + 1)}}`));
      }
      const vault = vaultOn(keys);
      expect(vault.hasEarlierKeys).toBe(keyringOf(keys).keys.length > 1);
      for (const record of readable) {
        expect(vault.openRecord(record).ok).toBe(true);
        const anew = vault.sealAnew(record);
        const sealed = anew.ok ? (anew.value ?? record.sealed) : undefined;
        expect(sealed).toBeDefined();
        expect(vault.sealAnew({ id: record.id, sealed: sealed! })).toEqual({ ok: true, value: undefined });
        const retired = vaultOn(changed(keys, 'the newest data key alone', random));
        expect(retired.openRecord({ id: record.id, sealed: sealed! })).toEqual(vault.openRecord(record));
      }
      for (const record of lost)
        expect(vault.openRecord(record)).toMatchObject({ error: { type: 'UnknownKey' } });
    }),
    { numRuns: 40 },
  );
});

test('[E4] [F79] who can’t open a keyring, or has seen a later one, makes no next one', async () => {
  const keys = await testAccount();
  const stranger = { ...keys, masterSecret: newMasterSecret(countedRandom('stranger')) };
  const change = { to: 'the same keys' } as const;
  const random = countedRandom('change');
  expect(changeKeyring({ ...stranger, pinnedGeneration: 0 }, change, random)).toMatchObject({
    error: { type: 'WrongKey' },
  });
  expect(changeKeyring({ ...keys, pinnedGeneration: 2 }, change, random)).toMatchObject({
    error: { type: 'KeyringRolledBack' },
  });
});

test.each<readonly [string, RandomBytes]>([
  ['gives zeros', (length) => Buffer.alloc(length)],
  ['repeats itself', (length) => Buffer.alloc(length, 7)],
  ['gives too little', (length) => countedRandom()(length).subarray(1)],
  [
    'throws',
    () => {
      throw new Error('no randomness');
    },
  ],
])('[E4] [F84] no keys are made of a generator that %s', async (_, broken) => {
  const keys = await testAccount();
  const change = { to: 'one more data key', masterSecret: newMasterSecret(countedRandom('sound')) } as const;
  expect(() => changeKeyring({ ...keys, pinnedGeneration: 0 }, change, broken)).toThrow();
  expect(() => {
    const random = broken;
    newMasterSecret(random);
    // One draw that repeats looks sound; the next one tells.
    changeKeyring(
      { ...keys, pinnedGeneration: 0 },
      { ...change, masterSecret: newMasterSecret(random) },
      random,
    );
  }).toThrow();
});

test('[E4] [F84] a generator that gives the present master secret or data key again is stopped', async () => {
  const keys = await testAccount();
  const present = { ...keys, pinnedGeneration: 0 };
  const same = { to: 'one more data key', masterSecret: keys.masterSecret } as const;
  expect(() => changeKeyring(present, same, countedRandom('other'))).toThrow('master secret');
  const [held] = keyringOf(keys).keys;
  const masterSecret = newMasterSecret(countedRandom('other'));
  const again: RandomBytes = (length) => (held?.key ?? Buffer.alloc(0)).subarray(0, length);
  expect(() => changeKeyring(present, { to: 'one more data key', masterSecret }, again)).toThrow('twice');
});
