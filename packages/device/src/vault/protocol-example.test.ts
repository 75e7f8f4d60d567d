/** The worked example of docs/protocol.md: the vault makes and opens exactly these bytes (rule E8). */
import { RecordId } from '@mhb/core-domain';
import { canonicalJson, DeviceId, entityOf, type Json, readEnvelope } from '@mhb/core-domain/sync';
import {
  AccountId,
  formatApiKey,
  KeyId,
  MailboxId,
  parseApiKey,
  UploadRequest,
  WireId,
} from '@mhb/core-domain/wire';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import example from '../../../../docs/protocol-vectors.json' with { type: 'json' };
import { loadCipher } from './cipher.ts';
import { hkdf, padIndependently, sealIndependently } from './independent-path.testing.ts';
import { openKeyring } from './keyring.ts';
import { recordIdKeyOf, sealingKeyOf } from './keys.ts';
import { mailboxTokenHashOf, mailboxTokenOf, openPairingMessage } from './pairing.ts';
import { readRecoveryPhrase, unwrapMasterSecret } from './recovery.ts';
import { open, seal, sealedKinds } from './seal.ts';
import { openVault } from './vault.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const base64 = (text: string): Buffer => Buffer.from(text, 'base64');
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const accountId = AccountId.parse(example.account_id);

beforeAll(loadCipher);

const objects = [
  { what: 'the wrapped master secret', sealing: 'recovery', ...example.recovery },
  { what: 'the keyring', sealing: 'keyring', ...example.keyring },
  ...example.records.map((record) => ({
    what: `record ${record.record_id}`,
    sealing: 'record' as const,
    ...record,
  })),
  { what: 'the name of a device', sealing: 'device', ...example.device.name },
  { what: 'the manifest', sealing: 'manifest', ...example.device.manifest },
  { what: 'the message in a mailbox', sealing: 'mailbox', ...example.pairing },
] as const;

test('[E8] the worked example has every kind of sealed object', () => {
  expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(Object.values(sealedKinds)));
});

test.each(objects)('[E1] [E2] [E4] [E8] $what is made of the parts that stand beside it', (object) => {
  const key = sealingKeyOf(hex(object.secret), accountId, object.sealing);
  expect(hexOf(key.bytes)).toBe(object.key);
  expect(hexOf(key.id)).toBe(object.key_id);
  expect(object.kind).toBe(sealedKinds[object.sealing]);
  const place = { kind: object.sealing, account: hex(example.account_id), object: hex(object.object_id) };
  const sealed = seal(object.json, key, place, () => hex(object.nonce));
  expect(Buffer.from(sealed).toString('base64')).toBe(object.sealed);
  expect(sha256(sealed)).toBe(object.sealed_sha256);
  expect(sealed).toHaveLength(1 + 1 + 16 + 24 + object.padded_bytes + 16);
  expect(open(base64(object.sealed), [key], place)).toEqual({
    ok: true,
    value: JSON.parse(object.json) as unknown,
  });
  expect(canonicalJson(JSON.parse(object.json) as Json)).toBe(object.json);

  const independent = sealIndependently({
    ...place,
    kind: object.kind,
    key: hkdf(hex(object.secret), hex(example.account_id), object.purpose, 32),
    nonce: hex(object.nonce),
    padded: padIndependently(object.json),
  });
  expect(independent.toString('base64')).toBe(object.sealed);
  const header = Buffer.from('mhb-env\x01\x01\x01', 'latin1').toString('hex');
  const kind = object.kind.toString(16).padStart(2, '0');
  expect(object.associated_data).toBe(header + object.key_id + kind + example.account_id + object.object_id);
});

test('[E5] [E8] twelve words lead to the master secret, the keyring, and every record', () => {
  const phrase = readRecoveryPhrase(example.recovery.phrase);
  if (!phrase.ok) throw new Error(phrase.error.reason);
  const unwrapped = unwrapMasterSecret({
    phrase: phrase.value,
    accountId,
    sealed: base64(example.recovery.sealed),
  });
  expect(unwrapped).toEqual({ ok: true, value: new Uint8Array(hex(example.master_secret)) });
  const masterSecret = hex(example.master_secret);
  const keyring = openKeyring(base64(example.keyring.sealed), { accountId, masterSecret }, 1);
  if (!keyring.ok) throw new Error(keyring.error.type);
  expect(hexOf(keyring.value.idKey)).toBe(example.id_key);
  expect(keyring.value.keys.map(({ key }) => hexOf(key))).toEqual([example.data_key]);
  expect(hexOf(recordIdKeyOf(keyring.value.idKey, accountId))).toBe(example.record_id_key);

  const vault = openVault({
    ...{ accountId, masterSecret, pinnedGeneration: 1 },
    keyringSealed: base64(example.keyring.sealed),
    randomBytes: (length) => new Uint8Array(length),
  });
  if (!vault.ok) throw new Error(vault.error.type);
  for (const { record_id, wire_id, sealed, json } of example.records) {
    expect(vault.value.wireIdOf(RecordId.parse(record_id))).toBe(wire_id);
    const opened = vault.value.openRecord({ id: WireId.parse(wire_id), sealed: base64(sealed) });
    expect(opened).toEqual({ ok: true, value: { recordId: record_id, value: JSON.parse(json) as unknown } });
    const envelope = readEnvelope(JSON.parse(json));
    if (!envelope.ok) throw new Error('the example is no envelope');
    expect(entityOf(RecordId.parse(record_id), envelope.value).ok).toBe(true);
  }
  const { device_id, name, manifest } = example.device;
  expect(vault.value.openDeviceName(device_id, base64(name.sealed)).ok).toBe(true);
  expect(vault.value.openManifest(DeviceId.parse(device_id), base64(manifest.sealed)).ok).toBe(true);
});

test('[E6] [E8] a pairing link opens its mailbox', () => {
  const [, mailbox = '', secret = ''] = /#([0-9a-f]{64})\.([0-9a-f]{32})$/.exec(example.pairing.link) ?? [];
  expect(mailbox).toBe(example.pairing.mailbox_id);
  const key = { mailboxId: MailboxId.parse(mailbox), secret: hex(secret) };
  expect(mailboxTokenOf(key)).toBe(example.pairing.token);
  expect(mailboxTokenHashOf(key)).toBe(example.pairing.token_hash);
  expect(openPairingMessage(base64(example.pairing.sealed), key)).toEqual({
    ok: true,
    value: JSON.parse(example.pairing.json) as unknown,
  });
});

test('[D8] [D9] [E8] the API key, the upload and the digest are those of the wire', () => {
  const { key_id, secret, text } = example.api_key;
  expect(formatApiKey({ keyId: KeyId.parse(key_id), secret })).toBe(text);
  expect(parseApiKey(text)).toEqual({ accountId, keyId: key_id, secret });
  expect(UploadRequest.parse(example.upload)).toEqual(example.upload);
  const parts = example.records.map(({ wire_id, sealed_sha256 }, index) =>
    Buffer.concat([hex(wire_id), hex((index + 1).toString(16).padStart(16, '0')), hex(sealed_sha256)]),
  );
  const sorted = parts.toSorted((a, b) => Buffer.compare(a, b));
  expect(sha256(Buffer.concat(sorted))).toBe(example.digest.digest);
});

test('[E8] the document has the vectors that it speaks of', () => {
  const page = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');
  const text = page.replaceAll(/\s+/g, ' ');
  const { account_id, recovery, records, pairing, digest } = example;
  const quoted = [
    account_id,
    recovery.phrase,
    recovery.key_id,
    records[0]!.wire_id,
    pairing.token,
    digest.digest,
  ];
  for (const value of quoted) expect(text).toContain(value);
});
