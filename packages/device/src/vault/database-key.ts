/**
 * The key of an encrypted database: 32 random bytes. A passphrase unwraps it, the key chain of the operating system
 * keeps it, and twenty-four words (BIP39, 256 bits with a check sum) are the key itself, written down.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { z } from 'zod';
import { decrypt, deriveBytes, encrypt, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from './cipher.ts';
import { deriveFromPassphrase, PassphraseCost, SALT_BYTES } from './passphrase.ts';
import { checkedRandom, type RandomBytes } from './randomness.ts';
import { wordsOf } from './recovery.ts';

declare const keyBrand: unique symbol;
export type DatabaseKey = Uint8Array & { readonly [keyBrand]: true };

export const newDatabaseKey = (randomBytes: RandomBytes): DatabaseKey =>
  new Uint8Array(checkedRandom(randomBytes)(KEY_BYTES)) as DatabaseKey;

/** `undefined` for what is not 64 hex digits. */
export const databaseKeyOf = (hex: string): DatabaseKey | undefined =>
  /^[0-9a-f]{64}$/.test(hex) ? (new Uint8Array(Buffer.from(hex, 'hex')) as DatabaseKey) : undefined;

/** Tells one key from another without giving it away: 16 bytes as hex. */
export const keyCheckOf = (key: DatabaseKey): string =>
  hexOf(deriveBytes(key, { salt: NO_SALT, purpose: 'mhb-database-key-check-v1', length: 16 }));

export const RECOVERY_KEY_WORDS = 24;

export type InvalidRecoveryKey = { readonly type: 'InvalidRecoveryKey' } & (
  | { readonly reason: 'WordCount' | 'CheckSum' }
  /** 1 for the first word. */
  | { readonly reason: 'UnknownWord'; readonly positions: readonly number[] }
);

export const recoveryKeyOf = (key: DatabaseKey): string => entropyToMnemonic(key, wordlist);

/** What a person typed or pasted, in any case and with any white space. */
export const readRecoveryKey = (text: string): Result<DatabaseKey, InvalidRecoveryKey> => {
  const words = wordsOf(text);
  if (words.length !== RECOVERY_KEY_WORDS) return err({ type: 'InvalidRecoveryKey', reason: 'WordCount' });
  const positions = words.flatMap((word, index) => (wordlist.includes(word) ? [] : [index + 1]));
  if (positions.length > 0) return err({ type: 'InvalidRecoveryKey', reason: 'UnknownWord', positions });
  try {
    return ok(new Uint8Array(mnemonicToEntropy(words.join(' '), wordlist)) as DatabaseKey);
  } catch {
    return err({ type: 'InvalidRecoveryKey', reason: 'CheckSum' });
  }
};

/** The key sealed under a passphrase: XChaCha20-Poly1305 under what Argon2id makes of it, the cost bound in. */
export const WrappedKey = z
  .strictObject({
    kdf: z.literal('argon2id'),
    cost: PassphraseCost,
    salt: z.string().regex(/^[0-9a-f]{32}$/),
    nonce: z.string().regex(/^[0-9a-f]{48}$/),
    sealed: z
      .string()
      .length((KEY_BYTES + TAG_BYTES) * 2)
      .regex(/^[0-9a-f]+$/),
  })
  .readonly();
export type WrappedKey = z.infer<typeof WrappedKey>;

/** Whoever calls has waited for `loadCipher`. */
export const wrapWithPassphrase = async (
  key: DatabaseKey,
  {
    passphrase,
    cost,
    randomBytes,
  }: { readonly passphrase: string; readonly cost: PassphraseCost; readonly randomBytes: RandomBytes },
): Promise<WrappedKey> => {
  const random = checkedRandom(randomBytes);
  const salt = random(SALT_BYTES).slice();
  const nonce = random(NONCE_BYTES).slice();
  const outer = await deriveFromPassphrase(passphrase, { salt, cost });
  const sealed = encrypt(key, { key: outer, nonce, associatedData: bound(cost) });
  return { kdf: 'argon2id', cost, salt: hexOf(salt), nonce: hexOf(nonce), sealed: hexOf(sealed) };
};

/** `undefined` for another passphrase, or where something of it was changed. */
export const unwrapWithPassphrase = async (
  { cost, salt, nonce, sealed }: WrappedKey,
  passphrase: string,
): Promise<DatabaseKey | undefined> => {
  const outer = await deriveFromPassphrase(passphrase, { salt: Buffer.from(salt, 'hex'), cost });
  const key = decrypt(Buffer.from(sealed, 'hex'), {
    key: outer,
    nonce: new Uint8Array(Buffer.from(nonce, 'hex')),
    associatedData: bound(cost),
  });
  return key as DatabaseKey | undefined;
};

const bound = ({ memory_kib, passes, parallelism }: PassphraseCost): Uint8Array =>
  Buffer.from(
    `mhb-wrapped-database-key-v1 argon2id ${memory_kib.toString()} ${passes.toString()} ${parallelism.toString()}`,
  );

/** What begins so was encrypted by `sealedText`. */
const SEALED_TEXT = 'mhb-sealed-1:';

/** A short text that lies beside the database, such as the secrets of sync, under a key made from the database's. */
export const sealText = (text: string, key: DatabaseKey, randomBytes: RandomBytes): string => {
  const nonce = checkedRandom(randomBytes)(NONCE_BYTES).slice();
  const sealed = encrypt(Buffer.from(text), {
    key: textKey(key),
    nonce,
    associatedData: Buffer.from(SEALED_TEXT),
  });
  return `${SEALED_TEXT}${Buffer.from([...nonce, ...sealed]).toString('base64')}`;
};

/** As it is where it is in the clear; `undefined` where it is sealed and can't be opened. */
export const openText = (text: string, key: DatabaseKey | undefined): string | undefined => {
  if (!text.startsWith(SEALED_TEXT)) return text;
  const bytes = new Uint8Array(Buffer.from(text.slice(SEALED_TEXT.length), 'base64'));
  if (key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const opened = decrypt(bytes.subarray(NONCE_BYTES), {
    key: textKey(key),
    nonce: bytes.subarray(0, NONCE_BYTES),
    associatedData: Buffer.from(SEALED_TEXT),
  });
  return opened === undefined ? undefined : Buffer.from(opened).toString('utf8');
};

const textKey = (key: DatabaseKey): Uint8Array =>
  deriveBytes(key, { salt: NO_SALT, purpose: 'mhb-database-texts-v1' });

const NO_SALT = new Uint8Array(0);

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
