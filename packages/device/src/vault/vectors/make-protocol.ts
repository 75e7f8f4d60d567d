/**
 * Writes the worked example of docs/protocol.md to standard output: one account from its phrase to an upload and a
 * pairing link, every step with what goes in and what comes out. Made with the independent path only, so that the
 * vault is held against it and not against itself. Like sealed.json it is never made anew to please a test.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { entropyToMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { crc32 } from 'node:zlib';
import { hkdf, padIndependently, sealIndependently, sha256 } from '../independent-path.testing.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
/** Looks random, and anybody can make it again. */
const bytesFor = (name: string, length: number): Buffer =>
  createHash('shake256', { outputLength: length }).update(`mhb protocol example ${name}`).digest();

const account_id = '00112233445566778899aabbccddeeff';
const account = hex(account_id);
const device_id = '9dca8c435bb0779f';
const master_secret = bytesFor('master secret', 32);
const data_key = bytesFor('data key', 32);
const id_key = bytesFor('id key', 32);

const keyOf = (secret: Buffer, purpose: string) => {
  const key = hkdf(secret, account, purpose, 32);
  return { purpose, secret: secret.toString('hex'), key, key_id: hkdf(key, Buffer.alloc(0), 'mhb-key-id-v1', 16) };
};

/** One sealed object with everything that it is made of. */
const sealedOf = (
  { name, kind, object }: { readonly name: string; readonly kind: number; readonly object: Buffer },
  { secret, purpose }: { readonly secret: Buffer; readonly purpose: string },
  json: string,
) => {
  const { key, key_id } = keyOf(secret, purpose);
  const nonce = bytesFor(`nonce of ${name}`, 24);
  const padded = padIndependently(json);
  const sealed = sealIndependently({ key, nonce, kind, account, object, padded });
  return {
    ...{ kind, object_id: object.toString('hex'), json, padded_bytes: padded.length, purpose },
    ...{ secret: secret.toString('hex'), key: key.toString('hex'), key_id: key_id.toString('hex') },
    nonce: nonce.toString('hex'),
    associated_data: Buffer.concat([
      Buffer.from('mhb-env\x01\x01\x01', 'latin1'),
      key_id,
      Buffer.of(kind),
      account,
      object,
    ]).toString('hex'),
    sealed: sealed.toString('base64'),
    sealed_sha256: sha256(sealed),
  };
};

const wireIdOf = (record_id: string): string => {
  const key = hkdf(id_key, account, 'mhb-record-id-v1', 32);
  // One block in CBC mode with a vector of zeros is that block enciphered.
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
  return cipher.update(hex(record_id.replaceAll('-', ''))).toString('hex');
};

const recordOf = (record_id: string, json: string) => {
  const wire_id = wireIdOf(record_id);
  const place = { name: `record ${record_id}`, kind: 1, object: hex(wire_id) };
  return { record_id, wire_id, ...sealedOf(place, { secret: data_key, purpose: 'mhb-record-v1' }, json) };
};

const mood = (stamp: string, notes: string): string =>
  `{"groups":{"activities":{"activity_ids":["018f3c2a-1111-7abc-8123-456789abcdef"],"stamp":"${stamp}"},` +
  `"moment":{"local_date":"2024-05-03","recorded_at":"2024-05-03T01:56:16.333Z","stamp":"${stamp}",` +
  `"time_zone":"Europe/Berlin"},"notes":{"notes":${JSON.stringify(notes)},"stamp":"${stamp}"},` +
  `"origin":{"created_at":"2024-05-03T01:56:16.333Z","stamp":"${stamp}"},` +
  `"rating":{"mood_rating":5,"mood_scale":"1-7","stamp":"${stamp}"}},"schema":1,"type":"mood_entry","v":1}`;
const activity =
  '{"groups":{"color":{"color":"#4f7c6a","stamp":"018f3c2a1111-0000-9dca8c435bb0779f"},' +
  '"icon":{"icon":null,"stamp":"018f3c2a1111-0000-9dca8c435bb0779f"},' +
  '"name":{"name":"Walking","stamp":"018f3c2a1111-0000-9dca8c435bb0779f"},' +
  '"origin":{"created_at":"2024-05-03T01:55:40.945Z","stamp":"018f3c2a1111-0000-9dca8c435bb0779f"},' +
  '"place":{"group_id":"018f3c2a-0000-7abc-8123-456789abcdef","stamp":"018f3c2a1111-0000-9dca8c435bb0779f"}},"schema":1,"type":"activity","v":1}';

const records = [
  recordOf('018f3c2a-9b4d-7abc-8123-456789abcdef', mood('018f3c2a9b4d-0003-9dca8c435bb0779f', 'Grüße, 世界 🌿\n')),
  recordOf('018f3c2a-1111-7abc-8123-456789abcdef', activity),
];

const entropy = bytesFor('recovery phrase', 16);
const recovery = {
  entropy: entropy.toString('hex'),
  phrase: entropyToMnemonic(entropy, wordlist),
  ...sealedOf(
    { name: 'recovery', kind: 5, object: account },
    { secret: entropy, purpose: 'mhb-recovery-v1' },
    `{"master_secret":"${master_secret.toString('hex')}","v":1}`,
  ),
};

const keyring = sealedOf(
  { name: 'keyring', kind: 2, object: account },
  { secret: master_secret, purpose: 'mhb-kek-v1' },
  `{"generation":1,"id_key":"${id_key.toString('base64')}",` +
    `"keys":[{"key":"${data_key.toString('base64')}","number":1}],"v":1}`,
);

const apiKeyOf = (name: string) => {
  const key_id = account_id + bytesFor(`id of ${name}`, 8).toString('hex');
  const secret = bytesFor(name, 32).toString('hex');
  const checked = `${key_id}_${secret}`;
  return { key_id, secret, text: `mhb_${checked}_${crc32(checked).toString(16).padStart(8, '0')}` };
};

const upload = {
  device_id,
  batch_id: bytesFor('batch', 16).toString('hex'),
  changes: records.map(({ wire_id, sealed }) => ({ id: wire_id, base: 0, sealed })),
};

/** In order of the ids. Of a new account the two changes have the seqs 1 and 2. */
const digestOf = (): string => {
  const parts = records
    .map(({ wire_id, sealed_sha256 }, index) => {
      const seq = Buffer.alloc(8);
      seq.writeBigUInt64BE(BigInt(index + 1));
      return Buffer.concat([hex(wire_id), seq, hex(sealed_sha256)]);
    })
    .toSorted((a, b) => Buffer.compare(a, b));
  return sha256(Buffer.concat(parts));
};

const ofDevice = hex(`${device_id}0000000000000000`);
const device = {
  device_id,
  name: sealedOf(
    { name: 'device name', kind: 6, object: ofDevice },
    { secret: data_key, purpose: 'mhb-device-v1' },
    '{"name":"Telefon 📱","v":1}',
  ),
  manifest: sealedOf(
    { name: 'manifest', kind: 3, object: ofDevice },
    { secret: data_key, purpose: 'mhb-manifest-v1' },
    `{"digest":"${digestOf()}","head":2,"operations":1,"seen":{},"v":1}`,
  ),
};

const pairing = (() => {
  const secret = bytesFor('pairing secret', 16);
  const mailbox_id = account_id + bytesFor('mailbox', 16).toString('hex');
  const token = hkdf(secret, account, 'mhb-pairing-token-v1', 32);
  const message =
    `{"account_id":"${account_id}","api_key":"${apiKeyOf('API key of the new device').text}","cursor":null,` +
    `"keyring_generation":1,"master_secret":"${master_secret.toString('hex')}",` +
    `"seen":{"digest":"${digestOf()}","head":2},"v":1}`;
  return {
    mailbox_id,
    link: `https://sync.example.org/pair#${mailbox_id}.${secret.toString('hex')}`,
    token: token.toString('hex'),
    token_hash: sha256(token),
    ...sealedOf(
      { name: 'mailbox', kind: 4, object: hex(mailbox_id.slice(32)) },
      { secret, purpose: 'mhb-pairing-v1' },
      message,
    ),
  };
})();

const about =
  'The worked example of protocol.md. Bytes are lowercase hex, sealed objects base64. Every key, nonce and id is made ' +
  'from a public text, so nothing here protects anything.';

process.stdout.write(
  `${JSON.stringify(
    {
      about,
      account_id,
      api_key: apiKeyOf('API key'),
      master_secret: master_secret.toString('hex'),
      data_key: data_key.toString('hex'),
      id_key: id_key.toString('hex'),
      record_id_key: hkdf(id_key, account, 'mhb-record-id-v1', 32).toString('hex'),
      ...{ recovery, keyring, records, upload },
      digest: { head: 2, count: records.length, digest: digestOf() },
      ...{ device, pairing },
    },
    null,
    2,
  )}\n`,
);
