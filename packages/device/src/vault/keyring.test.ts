import { canonicalJson, type Json } from '@mhb/core-domain/sync';
import { expect, test } from 'vitest';
import { openKeyring } from './keyring.ts';
import { bytesOfId, sealingKeyOf } from './keys.ts';
import { open, seal } from './seal.ts';
import {
  account,
  countedRandom,
  flipBit,
  keyringOf,
  otherAccount,
  recordIdAt,
  testAccount,
  vaultOn,
  withKeyring,
} from './vault.testing.ts';

const failureOf = (...given: Parameters<typeof openKeyring>): string | undefined => {
  const opened = openKeyring(...given);
  return opened.ok ? undefined : opened.error.type;
};

test('[E4] a new account has one data key, an id key, and generation 1', async () => {
  const keyring = keyringOf(await testAccount());
  expect(keyring.generation).toBe(1);
  expect(keyring.keys.map(({ number }) => number)).toEqual([1]);
  const secrets = [keyring.idKey, ...keyring.keys.map(({ key }) => key)];
  expect(secrets.map(({ length }) => length)).toEqual([32, 32]);
  expect(Buffer.compare(secrets[0]!, secrets[1]!)).not.toBe(0);
});

test('[E4] two accounts, and one account made twice, share no key', async () => {
  const made = await Promise.all([
    testAccount(account, countedRandom('one')),
    testAccount(account, countedRandom('two')),
    testAccount(otherAccount, countedRandom('three')),
  ]);
  const keys = made.flatMap((keys) => [
    keys.masterSecret,
    keyringOf(keys).idKey,
    keyringOf(keys).keys[0]!.key,
  ]);
  expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(9);
});

test('[E4] a keyring opens with the master secret of its account and nothing else', async () => {
  const keys = await testAccount();
  const other = await testAccount(otherAccount, countedRandom('other'));
  expect(failureOf(keys.keyringSealed, keys, 0)).toBeUndefined();
  expect(failureOf(keys.keyringSealed, other, 0)).toBe('WrongKey');
  expect(failureOf(keys.keyringSealed, { ...keys, accountId: otherAccount }, 0)).toBe('WrongKey');
  expect(failureOf(keys.keyringSealed, { ...keys, masterSecret: flipBit(keys.masterSecret, 0) }, 0)).toBe(
    'WrongKey',
  );
});

test('[E4] a keyring that the service changed anywhere does not open', async () => {
  const keys = await testAccount();
  for (let bit = 0; bit < keys.keyringSealed.length * 8; bit += 1) {
    expect(failureOf(flipBit(keys.keyringSealed, bit), keys, 0)).toBeDefined();
  }
  for (const bytes of [Buffer.alloc(0), keys.keyringSealed.subarray(1), Buffer.alloc(570)]) {
    expect(failureOf(bytes, keys, 0)).toBeDefined();
  }
});

test('[E4] a keyring older than the greatest generation seen is refused; the same and a later one open', async () => {
  const keys = await testAccount();
  const third = withKeyring(keys, { ...keyringOf(keys), generation: 3 });
  expect(failureOf(third.keyringSealed, keys, 4)).toBe('KeyringRolledBack');
  expect(failureOf(keys.keyringSealed, keys, 3)).toBe('KeyringRolledBack');
  expect(failureOf(third.keyringSealed, keys, 3)).toBeUndefined();
  expect(failureOf(third.keyringSealed, keys, 1)).toBeUndefined();
});

test('[E4] the key of the greatest number seals, and every key opens', async () => {
  const keys = await testAccount();
  const before = vaultOn(keys).sealRecord(recordIdAt(1), '{"n":1}');
  const keyring = keyringOf(keys);
  const newest = { number: 10, key: Buffer.alloc(32, 10) };
  const middle = { number: 2, key: Buffer.alloc(32, 2) };
  // Not in order, and 10 comes before 2 as a text.
  const grown = withKeyring(keys, { ...keyring, generation: 2, keys: [newest, ...keyring.keys, middle] });
  const vault = vaultOn(grown);
  const after = vault.sealRecord(recordIdAt(2), '{"n":2}');

  expect(vault.openRecord(before)).toEqual({ ok: true, value: { recordId: recordIdAt(1), value: { n: 1 } } });
  expect(vault.openRecord(after)).toEqual({ ok: true, value: { recordId: recordIdAt(2), value: { n: 2 } } });
  expect(Buffer.from(after.sealed.subarray(2, 18))).toEqual(
    Buffer.from(sealingKeyOf(newest.key, account, 'record').id),
  );
  expect(vaultOn(keys).openRecord(after)).toEqual({ ok: false, error: { type: 'UnknownKey' } });
});

test('[E4] a data key number may not stand for two keys, and nothing of a later version is guessed at', async () => {
  const keys = await testAccount();
  const key = Buffer.alloc(32, 3).toString('base64');
  const keyring = { v: 1, generation: 1, keys: [{ number: 1, key }], id_key: key };
  const sealJson = (json: Json) =>
    seal(
      canonicalJson(json),
      sealingKeyOf(keys.masterSecret, account, 'keyring'),
      { kind: 'keyring', account: bytesOfId(account), object: bytesOfId(account) },
      countedRandom('json'),
    );
  expect(failureOf(sealJson(keyring), keys, 0)).toBeUndefined();
  for (const spoilt of [
    { ...keyring, v: 2 },
    { ...keyring, cipher: 'later' },
    { ...keyring, generation: 0 },
    { ...keyring, generation: 1.5 },
    { ...keyring, keys: [] },
    { ...keyring, keys: [...keyring.keys, ...keyring.keys] },
    { ...keyring, keys: [{ number: 1, key: Buffer.alloc(31).toString('base64') }] },
    { ...keyring, id_key: 'not base64!' },
    [],
    null,
  ]) {
    expect(failureOf(sealJson(spoilt), keys, 0)).toBe('UnknownFormat');
  }
});

test('[E4] key ids differ with every bit of the key', () => {
  const secret = Buffer.alloc(32, 5);
  const ids = Array.from(
    { length: 256 },
    (_, bit) => sealingKeyOf(flipBit(secret, bit), account, 'record').id,
  );
  expect(new Set(ids.map((id) => Buffer.from(id).toString('hex'))).size).toBe(256);
});

test('[E4] one secret gives different keys for the keyring, for records and for recovery', async () => {
  const { masterSecret } = await testAccount();
  const keys = (['keyring', 'record', 'recovery'] as const).map((sealing) =>
    sealingKeyOf(masterSecret, account, sealing),
  );
  expect(new Set(keys.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size).toBe(3);
  const place = { kind: 'record', account: bytesOfId(account), object: bytesOfId(account) } as const;
  const sealed = seal('{}', keys[0]!, place, countedRandom());
  expect(open(sealed, [keys[1]!, keys[2]!], place)).toEqual({ ok: false, error: { type: 'UnknownKey' } });
});
