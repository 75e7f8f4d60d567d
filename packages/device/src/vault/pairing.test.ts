/** A pairing message opens with the secret of its link, in its mailbox and account, and nothing else opens there. */
import { Cursor, formatApiKey, KeyId, MailboxId } from '@mhb/core-domain/wire';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { loadCipher } from './cipher.ts';
import { hkdf } from './independent-path.testing.ts';
import {
  mailboxTokenHashOf,
  mailboxTokenOf,
  newPairingKey,
  openPairingMessage,
  type PairingMessage,
  sealPairingMessage,
} from './pairing.ts';
import { account, countedRandom, flipBit, otherAccount } from './vault.testing.ts';

beforeAll(loadCipher);

const messageFor = (accountId = account): PairingMessage => ({
  v: 1,
  account_id: accountId,
  api_key: formatApiKey({ keyId: KeyId.parse(accountId + '0'.repeat(16)), secret: 'ab'.repeat(32) }),
  master_secret: 'cd'.repeat(32),
  keyring_generation: 3,
  cursor: Cursor.parse('a_cursor'),
  seen: { head: 7, digest: 'ef'.repeat(32) },
});
const key = newPairingKey(account, countedRandom('pairing'));
const sealed = () => sealPairingMessage(messageFor(), key, countedRandom('nonce'));

test('[E6] the message opens with its secret, as it was', () => {
  expect(openPairingMessage(sealed(), key)).toEqual({ ok: true, value: messageFor() });
});

test('[E6] it opens with no other secret, in no other mailbox and in no other account', () => {
  const other = newPairingKey(account, countedRandom('other'));
  const elsewhere = MailboxId.parse(otherAccount + key.mailboxId.slice(32));
  for (const wrong of [
    { ...key, secret: other.secret },
    { ...key, mailboxId: other.mailboxId },
    { ...key, mailboxId: elsewhere },
  ]) {
    expect(openPairingMessage(sealed(), wrong)).toEqual({
      ok: false,
      error: { type: 'PairingMessageWrong' },
    });
  }
});

test('[E6] it does not open with any bit changed or any byte missing', () => {
  const whole = sealed();
  fc.assert(
    fc.property(fc.nat({ max: whole.length * 8 - 1 }), (bit) => {
      expect(openPairingMessage(flipBit(whole, bit), key).ok).toBe(false);
      expect(openPairingMessage(whole.subarray(0, bit >> 3), key).ok).toBe(false);
    }),
  );
});

test('[E6] a message that speaks of another account than its mailbox is refused', () => {
  const api_key = messageFor(otherAccount).api_key;
  const lying = sealPairingMessage({ ...messageFor(), api_key }, key, countedRandom('nonce'));
  expect(openPairingMessage(lying, key)).toEqual({ ok: false, error: { type: 'PairingMessageWrong' } });
  expect(() => sealPairingMessage(messageFor(otherAccount), key, countedRandom())).toThrow(/belongs to/);
});

test('[E6] what an earlier device does not know of the message it leaves out', () => {
  const later = { ...messageFor(), from_a_later_version: 1, seen: null };
  const opened = openPairingMessage(sealPairingMessage(later, key, countedRandom('nonce')), key);
  expect(opened).toEqual({ ok: true, value: { ...messageFor(), seen: null } });
});

test('[E6] the token is exactly this, says nothing of the sealing key, and the service has its hash', () => {
  const salt = Buffer.from(account, 'hex');
  const secret = Buffer.from(key.secret);
  const token = hkdf(secret, salt, 'mhb-pairing-token-v1', 32).toString('hex');
  expect(mailboxTokenOf(key)).toBe(token);
  expect(mailboxTokenOf(key)).not.toBe(hkdf(secret, salt, 'mhb-pairing-v1', 32).toString('hex'));
  expect(mailboxTokenHashOf(key)).toBe(createHash('sha256').update(Buffer.from(token, 'hex')).digest('hex'));
});

test('[E6] mailbox and secret are drawn anew each time, and a generator that is stuck is noticed', () => {
  const again = newPairingKey(account, countedRandom('again'));
  expect(again.mailboxId.slice(0, 32)).toBe(account);
  expect(again.mailboxId).not.toBe(key.mailboxId);
  expect(again.secret).not.toEqual(key.secret);
  expect(() => newPairingKey(account, () => new Uint8Array(16).fill(7))).toThrow(/repeat/);
});
