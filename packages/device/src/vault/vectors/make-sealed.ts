/**
 * Writes sealed.json to standard output, with the independent path only. To be run when a version is added to the
 * format, never to make a failing test pass: the vectors are what people have stored.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { hkdf, padIndependently, sealIndependently, sha256 } from '../independent-path.testing.ts';

const account = '00112233445566778899aabbccddeeff';
const otherAccount = 'a0b1c2d3e4f5061728394a5b6c7d8e9f';
const kinds = { record: 1, keyring: 2, manifest: 3, mailbox: 4, recovery: 5, device: 6 } as const;

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const bytesFor = (name: string, length: number): Buffer =>
  createHash('shake256', { outputLength: length }).update(`mhb golden ${name}`).digest();

const secrets = [
  { sealing: 'keyring', purpose: 'mhb-kek-v1', secret: bytesFor('master', 32) },
  { sealing: 'record', purpose: 'mhb-record-v1', secret: bytesFor('data key', 32) },
  { sealing: 'recovery', purpose: 'mhb-recovery-v1', secret: hex('7f'.repeat(16)) },
  { sealing: 'mailbox', purpose: 'mhb-pairing-v1', secret: bytesFor('pairing secret', 16) },
  { sealing: 'device', purpose: 'mhb-device-v1', secret: bytesFor('data key', 32) },
];

const keys = secrets.flatMap(({ sealing, purpose, secret }) =>
  [account, otherAccount].map((account_id) => {
    const key = hkdf(secret, hex(account_id), purpose, 32);
    const key_id = hkdf(key, Buffer.alloc(0), 'mhb-key-id-v1', 16);
    return {
      sealing,
      account_id,
      secret: secret.toString('hex'),
      key: key.toString('hex'),
      key_id: key_id.toString('hex'),
    };
  }),
);

const record_ids = [
  ['018f3c2a-9b4d-7abc-8123-456789abcdef', account] as const,
  ['018f3c2a-9b4d-7abc-8123-456789abcdef', otherAccount] as const,
  ['6fa459ea-ee8a-5ca4-894e-db77e160355e', account] as const,
].map(([record_id, account_id]) => {
  const idKey = bytesFor('id key', 32);
  const key = hkdf(idKey, hex(account_id), 'mhb-record-id-v1', 32);
  // One block in CBC mode with a vector of zeros is that block enciphered.
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
  const wire_id = cipher.update(hex(record_id.replaceAll('-', ''))).toString('hex');
  return { id_key: idKey.toString('hex'), account_id, record_id, wire_id };
});

type Text = { readonly json: string } | { readonly filler: number };

const mood =
  '{"groups":{"notes":{"notes":"Grüße, 世界 🌿\\n","stamp":"018f3c2a9b4d-0003-9dca8c435bb0779f"}},' +
  '"schema":1,"type":"mood_entry","v":1}';

const texts: readonly (readonly [string, keyof typeof kinds, Text])[] = [
  ['the smallest record', 'record', { json: '{}' }],
  ['a mood with a note in several scripts', 'record', { json: mood }],
  ['a text that fills 512 bytes', 'record', { filler: 508 }],
  ['a text one byte longer', 'record', { filler: 509 }],
  ['a text that fills 64 KiB', 'record', { filler: 65_532 }],
  ['a text one byte longer than 64 KiB', 'record', { filler: 65_533 }],
  ['a text of 100,000 bytes', 'record', { filler: 100_000 }],
  ['a keyring', 'keyring', { json: '{"v":1}' }],
  ['a manifest', 'manifest', { json: '{"v":1}' }],
  ['a mailbox', 'mailbox', { json: '{"v":1}' }],
  ['a wrapped master secret', 'recovery', { json: '{"v":1}' }],
  ['the name of a device', 'device', { json: '{"name":"Telefon 📱","v":1}' }],
];

const sealed = texts.map(([name, kind, text], index) => {
  const key = bytesFor(`key ${String(index % 2)}`, 32);
  const nonce = bytesFor(`nonce ${String(index)}`, 24);
  const object = bytesFor(`object ${String(index)}`, 16);
  const json = 'json' in text ? text.json : `"${'x'.repeat(text.filler - 2)}"`;
  const padded = padIndependently(json);
  const bytes = sealIndependently({ key, nonce, kind: kinds[kind], account: hex(account), object, padded });
  return {
    name,
    kind,
    key: key.toString('hex'),
    account_id: account,
    object_id: object.toString('hex'),
    nonce: nonce.toString('hex'),
    ...text,
    bytes: bytes.length,
    sha256: sha256(bytes),
    // The long ones are held by their hash alone.
    ...(bytes.length < 2_000 ? { sealed: bytes.toString('hex') } : {}),
  };
});

const about =
  'Made by make-sealed.ts, which shares no code with the vault. These bytes are what people have stored: a test that ' +
  'fails here is a change of format. "filler" is a JSON string of that many bytes, quotes included.';

process.stdout.write(`${JSON.stringify({ about, keys, record_ids, sealed }, null, 2)}\n`);
