import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { loadCipher } from './cipher.ts';
import { checkedRandom, pooledRandom, type RandomBytes } from './randomness.ts';
import { newRecoveryPhrase, wrapMasterSecret } from './recovery.ts';
import { account, countedRandom, recordIdAt, testAccount, vaultOn } from './vault.testing.ts';
import { createAccountKeys } from './vault.ts';

/** Ways a generator breaks. Every one must stop the making of keys before anything is written. */
const broken: readonly [string, RandomBytes][] = [
  ['gives zeros', (length) => Buffer.alloc(length)],
  ['gives one byte for ever', (length) => Buffer.alloc(length, 0xa5)],
  [
    'repeats what it gave before',
    (length) => Buffer.from('0123456789abcdef'.repeat(200)).subarray(0, length),
  ],
  ['gives too little', (length) => randomBytes(length - 1)],
  ['gives nothing', () => Buffer.alloc(0)],
  [
    'throws',
    () => {
      throw new Error('no entropy');
    },
  ],
];

beforeAll(loadCipher);

test.each(broken)('[E4] no account keys are made when the generator %s', (_, random) => {
  expect(() => createAccountKeys({ accountId: account, randomBytes: random })).toThrow();
});

test.each(broken)('[E1] no second record is sealed when the generator %s', async (_, random) => {
  const vault = vaultOn(await testAccount(), random);
  expect(() => {
    // A pool holds 64 nonces, so a generator that repeats whole draws is found out with the next draw.
    for (let index = 0; index < 65; index += 1) vault.sealRecord(recordIdAt(index), '{}');
  }).toThrow();
});

test('[E5] no phrase of zeros is given out, and no master secret wrapped with a nonce of zeros', async () => {
  const zeros: RandomBytes = (length) => Buffer.alloc(length);
  const { masterSecret } = await testAccount();
  const phrase = newRecoveryPhrase(randomBytes);
  expect(() => newRecoveryPhrase(zeros)).toThrow('Broken promise');
  expect(() => wrapMasterSecret({ phrase, accountId: account, masterSecret, randomBytes: zeros })).toThrow();
});

test('[E1] the pool gives every byte once, in order, whatever is asked of it', () => {
  const drawn: Buffer[] = [];
  const source = countedRandom();
  const pooled = pooledRandom((length) => {
    const bytes = Buffer.from(source(length));
    drawn.push(bytes);
    return bytes;
  });
  const given = [24, 24, 32, 16, 1_536, 24, 4_000, 24].map((length) => Buffer.from(pooled(length)));
  expect(given.map(({ length }) => length)).toEqual([24, 24, 32, 16, 1_536, 24, 4_000, 24]);
  const all = Buffer.concat(drawn);
  let last = -1;
  for (const bytes of given) {
    const at = all.indexOf(bytes);
    expect(at).toBeGreaterThan(last);
    last = at + bytes.length - 1;
  }
});

test('[E1] a generator that is sound passes, also one that hands out the same buffer each time', () => {
  const reused = Buffer.alloc(24);
  const source = countedRandom();
  const checked = checkedRandom(() => {
    reused.set(source(24));
    return reused;
  });
  expect(() => Array.from({ length: 100 }, () => checked(24))).not.toThrow();
});
