/**
 * The recovery phrase: twelve English words of BIP39, 128 random bits with their own check sum (rule E5). It wraps
 * the master secret, so phrase, address and API key bring everything back on a new machine.
 *
 * The check sum tells a slip of the pen from a wrong phrase without asking anybody. No failure quotes a word.
 */
import { assert, err, ok, type Result } from '@mhb/core-domain';
import { canonicalJson } from '@mhb/core-domain/sync';
import type { AccountId } from '@mhb/core-domain/wire';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { z } from 'zod';
import { KEY_BYTES } from './cipher.ts';
import { bytesOfId, sealingKeyOf } from './keys.ts';
import { checkedRandom, type RandomBytes } from './randomness.ts';
import { open, type Place, seal, type Sealed } from './seal.ts';

export const RECOVERY_WORDS = 12;
const ENTROPY_BYTES = 16;

declare const phraseBrand: unique symbol;

/** Twelve words of the list with a right check sum, lowercase, one space between. */
export type RecoveryPhrase = string & { readonly [phraseBrand]: true };

export type InvalidRecoveryPhrase = { readonly type: 'InvalidRecoveryPhrase' } & (
  | { readonly reason: 'WordCount' | 'CheckSum' }
  /** 1 for the first word. */
  | { readonly reason: 'UnknownWord'; readonly positions: readonly number[] }
);

/** A phrase of another account or one that was replaced; a newer app's work; or damaged. */
export type MasterSecretNotUnwrapped =
  | { readonly type: 'WrongRecoveryPhrase' }
  | { readonly type: 'UnknownFormat' }
  | { readonly type: 'CannotOpen' };

export const newRecoveryPhrase = (randomBytes: RandomBytes): RecoveryPhrase =>
  entropyToMnemonic(checkedRandom(randomBytes)(ENTROPY_BYTES), wordlist) as RecoveryPhrase;

/** What a person typed or pasted, in any case and with any white space. */
export const readRecoveryPhrase = (text: string): Result<RecoveryPhrase, InvalidRecoveryPhrase> => {
  const words = wordsOf(text);
  if (words.length !== RECOVERY_WORDS) return err({ type: 'InvalidRecoveryPhrase', reason: 'WordCount' });
  const positions = words.flatMap((word, index) => (wordlist.includes(word) ? [] : [index + 1]));
  if (positions.length > 0) return err({ type: 'InvalidRecoveryPhrase', reason: 'UnknownWord', positions });
  const phrase = words.join(' ');
  return entropyOf(phrase) === undefined
    ? err({ type: 'InvalidRecoveryPhrase', reason: 'CheckSum' })
    : ok(phrase as RecoveryPhrase);
};

/** The master secret, sealed under the phrase; it goes to the service beside the keyring. */
export const wrapMasterSecret = ({
  phrase,
  accountId,
  masterSecret,
  randomBytes,
}: {
  readonly phrase: RecoveryPhrase;
  readonly accountId: AccountId;
  readonly masterSecret: Uint8Array;
  readonly randomBytes: RandomBytes;
}): Sealed => {
  assert(masterSecret.length === KEY_BYTES, 'a master secret has 32 bytes');
  const json = canonicalJson({ v: 1, master_secret: Buffer.from(masterSecret).toString('hex') });
  return seal(json, keyOf(phrase, accountId), placeOf(accountId), checkedRandom(randomBytes));
};

export const unwrapMasterSecret = ({
  phrase,
  accountId,
  sealed,
}: {
  readonly phrase: RecoveryPhrase;
  readonly accountId: AccountId;
  readonly sealed: Uint8Array;
}): Result<Uint8Array, MasterSecretNotUnwrapped> => {
  const opened = open(sealed, [keyOf(phrase, accountId)], placeOf(accountId));
  if (!opened.ok) {
    return err(opened.error.type === 'UnknownKey' ? { type: 'WrongRecoveryPhrase' } : opened.error);
  }
  const read = WrappedJson.safeParse(opened.value);
  if (!read.success) return err({ type: 'UnknownFormat' });
  return ok(new Uint8Array(Buffer.from(read.data.master_secret, 'hex')));
};

const WrappedJson = z.strictObject({ v: z.literal(1), master_secret: z.string().regex(/^[0-9a-f]{64}$/) });

const keyOf = (phrase: RecoveryPhrase, accountId: AccountId) => {
  const entropy = entropyOf(phrase);
  assert(entropy !== undefined, 'a recovery phrase has a right check sum');
  return sealingKeyOf(entropy, accountId, 'recovery');
};

const placeOf = (accountId: AccountId): Place => ({
  kind: 'recovery',
  account: bytesOfId(accountId),
  object: bytesOfId(accountId),
});

export const wordsOf = (text: string): readonly string[] =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');

const entropyOf = (phrase: string): Uint8Array | undefined => {
  try {
    return mnemonicToEntropy(phrase, wordlist);
  } catch {
    return undefined;
  }
};
