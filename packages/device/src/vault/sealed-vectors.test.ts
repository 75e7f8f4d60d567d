/** The format, byte by byte: what the vault makes, what it opens, and what an independent program makes (rule E8). */
import { RecordId } from '@mhb/core-domain';
import { AccountId } from '@mhb/core-domain/wire';
import { beforeAll, expect, test } from 'vitest';
import { loadCipher } from './cipher.ts';
import { hkdf, padIndependently, sealIndependently, sha256 } from './independent-path.testing.ts';
import { type SealingKey, sealingKeyOf } from './keys.ts';
import { createRecordIdCipher } from './record-id.ts';
import { open, seal, sealedKinds } from './seal.ts';
import vectors from './vectors/sealed.json' with { type: 'json' };

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

beforeAll(loadCipher);

test('[E8] the vectors cover every kind of sealed object', () => {
  expect(new Set(vectors.sealed.map(({ kind }) => kind))).toEqual(new Set(Object.keys(sealedKinds)));
});

test.each(vectors.sealed)('[E8] $name is sealed to exactly these bytes, and they open', (vector) => {
  const kind = kindOf(vector.kind);
  const key: SealingKey = { id: keyIdOf(hex(vector.key)), bytes: hex(vector.key) };
  const place = { kind, account: hex(vector.account_id), object: hex(vector.object_id) };
  const json = textOf(vector);

  const sealed = seal(json, key, place, () => hex(vector.nonce));
  expect(sealed.length).toBe(vector.bytes);
  expect(sha256(sealed)).toBe(vector.sha256);
  if (vector.sealed !== undefined) expect(hexOf(sealed)).toBe(vector.sealed);
  expect(open(sealed, [key], place)).toEqual({ ok: true, value: JSON.parse(json) as unknown });

  const independent = sealIndependently({
    ...place,
    kind: sealedKinds[kind],
    key: key.bytes as Buffer,
    nonce: hex(vector.nonce),
    padded: padIndependently(json),
  });
  expect(sha256(independent)).toBe(vector.sha256);
});

test.each(vectors.keys)('[E4] [E8] the $sealing key of account $account_id is exactly this one', (vector) => {
  const purposes = {
    keyring: 'mhb-kek-v1',
    record: 'mhb-record-v1',
    recovery: 'mhb-recovery-v1',
    mailbox: 'mhb-pairing-v1',
    device: 'mhb-device-v1',
  } as const;
  const names = ['keyring', 'record', 'recovery', 'mailbox', 'device'] as const;
  const sealing = names.find((name) => name === vector.sealing)!;
  const key = sealingKeyOf(hex(vector.secret), AccountId.parse(vector.account_id), sealing);
  expect(hexOf(key.bytes)).toBe(vector.key);
  expect(hexOf(key.id)).toBe(vector.key_id);
  expect(hexOf(hkdf(hex(vector.secret), hex(vector.account_id), purposes[sealing], 32))).toBe(vector.key);
  expect(hexOf(keyIdOf(key.bytes))).toBe(vector.key_id);
});

test.each(vectors.record_ids)('[R2] [E8] record $record_id is $wire_id to the service', (vector) => {
  const ids = createRecordIdCipher(hex(vector.id_key), AccountId.parse(vector.account_id));
  const recordId = RecordId.parse(vector.record_id);
  const wireId = ids.wireIdOf(recordId);
  expect(wireId).toBe(vector.wire_id);
  expect(ids.recordIdOf(wireId)).toBe(recordId);
});

const keyIdOf = (key: Uint8Array): Buffer => hkdf(key, Buffer.alloc(0), 'mhb-key-id-v1', 16);

const kindOf = (name: string): keyof typeof sealedKinds => {
  if (!Object.hasOwn(sealedKinds, name)) throw new Error(`no such kind: ${name}`);
  return name as keyof typeof sealedKinds;
};

const textOf = ({ json, filler }: { json?: string; filler?: number }): string =>
  json ?? `"${'x'.repeat((filler ?? 2) - 2)}"`;
