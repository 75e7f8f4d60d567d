import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { loadCipher } from './cipher.ts';
import { confirmPositions, confirmWords } from './recovery-check.ts';
import { newRecoveryPhrase, readRecoveryPhrase, unwrapMasterSecret, wrapMasterSecret } from './recovery.ts';
import { account, countedRandom, flipBit, otherAccount } from './vault.testing.ts';

const phrase = newRecoveryPhrase(countedRandom('phrase'));
const otherPhrase = newRecoveryPhrase(countedRandom('other phrase'));
const masterSecret = Buffer.alloc(32, 6);
const wrapped = () =>
  wrapMasterSecret({ phrase, accountId: account, masterSecret, randomBytes: countedRandom('wrapping') });

beforeAll(loadCipher);

test('[E5] a phrase is twelve words of the list, made of 128 bits', () => {
  expect(phrase.split(' ')).toHaveLength(12);
  expect(phrase.split(' ').every((word) => wordlist.includes(word))).toBe(true);
  // The published vector of BIP39 for this entropy.
  expect(newRecoveryPhrase(() => Buffer.alloc(16, 0x7f))).toBe(
    'legal winner thank year wave sausage worth useful legal winner thank yellow',
  );
});

test('[E5] the phrase gives back the master secret', () => {
  fc.assert(
    fc.property(fc.nat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed, secret) => {
      const made = newRecoveryPhrase(countedRandom(String(seed)));
      const sealed = wrapMasterSecret({
        phrase: made,
        accountId: account,
        masterSecret: secret,
        randomBytes: countedRandom('wrap'),
      });
      const read = readRecoveryPhrase(made);
      if (!read.ok) throw new Error('a phrase made here is read here');
      expect(unwrapMasterSecret({ phrase: read.value, accountId: account, sealed })).toEqual({
        ok: true,
        value: secret,
      });
    }),
  );
});

test.each([
  ['capitals', phrase.toUpperCase()],
  ['line breaks and tabs', `\n\t${phrase.replaceAll(' ', ' \r\n\t ')}\n`],
  ['wide spaces', phrase.replaceAll(' ', '\u00a0\u3000')],
  [
    'full-width letters',
    phrase.replaceAll(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  ],
])('[E5] a phrase typed with %s is read', (_, typed) => {
  expect(readRecoveryPhrase(typed)).toEqual({ ok: true, value: phrase });
});

test('[E5] a slip of the pen is named without a word being quoted', () => {
  const words = phrase.split(' ');
  expect(readRecoveryPhrase(words.slice(1).join(' '))).toEqual({
    ok: false,
    error: { type: 'InvalidRecoveryPhrase', reason: 'WordCount' },
  });
  expect(readRecoveryPhrase('')).toEqual({
    ok: false,
    error: { type: 'InvalidRecoveryPhrase', reason: 'WordCount' },
  });
  const misspelt = words.with(2, 'zzyzx').with(11, `${words[11]!}x`);
  expect(readRecoveryPhrase(misspelt.join(' '))).toEqual({
    ok: false,
    error: { type: 'InvalidRecoveryPhrase', reason: 'UnknownWord', positions: [3, 12] },
  });
});

test('[E5] the check sum notices most words that are of the list but not of the phrase', () => {
  const words = phrase.split(' ');
  const typos = wordlist.filter((word) => word !== words[0]).map((word) => words.with(0, word).join(' '));
  const noticed = typos.filter((text) => !readRecoveryPhrase(text).ok);
  // Four bits of check sum: one in sixteen slips through, and then does not open anything.
  expect(noticed.length / typos.length).toBeGreaterThan(0.9);
  expect(readRecoveryPhrase(noticed[0]!)).toEqual({
    ok: false,
    error: { type: 'InvalidRecoveryPhrase', reason: 'CheckSum' },
  });
});

test('[E5] a valid phrase that is not this one, or of another account, is said to be wrong', () => {
  const wrong = { ok: false, error: { type: 'WrongRecoveryPhrase' } };
  const sealed = wrapped();
  expect(unwrapMasterSecret({ phrase: otherPhrase, accountId: account, sealed })).toEqual(wrong);
  expect(unwrapMasterSecret({ phrase, accountId: otherAccount, sealed })).toEqual(wrong);
});

test('[E5] a wrapped master secret that the service changed does not open', () => {
  const sealed = wrapped();
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    expect(unwrapMasterSecret({ phrase, accountId: account, sealed: flipBit(sealed, bit) }).ok).toBe(false);
  }
  expect(unwrapMasterSecret({ phrase, accountId: account, sealed: Buffer.alloc(0) }).ok).toBe(false);
});

test('[E5] two different words are asked back, and every pair may be', () => {
  const random = countedRandom('pairs');
  const asked = Array.from({ length: 3_000 }, () => confirmPositions(random));
  for (const [first, second] of asked) {
    expect(first).toBeGreaterThanOrEqual(1);
    expect(second).toBeGreaterThan(first);
    expect(second).toBeLessThanOrEqual(12);
  }
  expect(new Set(asked.map(String)).size).toBe(66);
});

test('[E5] only the two words asked for confirm the phrase', () => {
  const words = phrase.split(' ');
  const positions = [3, 11] as const;
  const given = (first: string, second: string) =>
    confirmWords({ phrase, positions, words: [first, second] });
  expect(given(words[2]!, words[10]!)).toBe(true);
  expect(given(` ${words[2]!.toUpperCase()}\n`, words[10]!)).toBe(true);
  expect(given(words[10]!, words[2]!)).toBe(false);
  expect(given(words[2]!, '')).toBe(false);
  expect(given('', '')).toBe(false);
  expect(given(words[2]!, words[9]!)).toBe(false);
  expect(given(words[2]!, `${words[10]!} ${words[10]!}`)).toBe(false);
});
