/** What the vault's tests share: randomness that can be repeated, an account, and a vault that is open. */
import { RecordId } from '@mhb/core-domain';
import { AccountId } from '@mhb/core-domain/wire';
import { createHash } from 'node:crypto';
import { loadCipher } from './cipher.ts';
import { type Keyring, openKeyring, sealKeyring } from './keyring.ts';
import type { RandomBytes } from './randomness.ts';
import { createAccountKeys, openVault, type Vault } from './vault.ts';

/** Bytes that look random, never repeat, and are the same in every run. */
export const countedRandom = (seed = 'seed'): RandomBytes => {
  let draws = 0;
  return (length) => {
    draws += 1;
    return createHash('shake256', { outputLength: length })
      .update(`${seed} ${String(draws)}`)
      .digest();
  };
};

export const account = AccountId.parse('00112233445566778899aabbccddeeff');
export const otherAccount = AccountId.parse('ffeeddccbbaa99887766554433221100');

/** A different record id for every number. */
export const recordIdAt = (index: number): RecordId => {
  const hex = createHash('sha256').update(String(index)).digest('hex');
  return RecordId.parse(
    `018f3c2a-${hex.slice(0, 4)}-7${hex.slice(4, 7)}-8${hex.slice(7, 10)}-${hex.slice(10, 22)}`,
  );
};

export interface TestAccount {
  readonly accountId: AccountId;
  readonly masterSecret: Uint8Array;
  readonly keyringSealed: Uint8Array;
}

export const testAccount = async (
  accountId = account,
  randomBytes = countedRandom(),
): Promise<TestAccount> => {
  await loadCipher();
  return { accountId, ...createAccountKeys({ accountId, randomBytes }) };
};

export const vaultOn = (keys: TestAccount, randomBytes = countedRandom('nonces')): Vault => {
  const vault = openVault({ ...keys, pinnedGeneration: 0, randomBytes });
  if (!vault.ok) throw new Error(`the vault does not open: ${vault.error.type}`);
  return vault.value;
};

export const keyringOf = (keys: TestAccount): Keyring => {
  const keyring = openKeyring(keys.keyringSealed, keys, 0);
  if (!keyring.ok) throw new Error(`the keyring does not open: ${keyring.error.type}`);
  return keyring.value;
};

/** The same account with another keyring in place. */
export const withKeyring = (keys: TestAccount, keyring: Keyring): TestAccount => ({
  ...keys,
  keyringSealed: sealKeyring(keyring, keys, countedRandom(`keyring ${String(keyring.generation)}`)),
});

export const flipBit = (bytes: Uint8Array, bit: number): Uint8Array => {
  const flipped = Uint8Array.from(bytes);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
};
