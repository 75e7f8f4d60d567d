/**
 * One example of each request and answer, of one account from its first upload on. They are those of the worked example
 * in docs/protocol.md, so what is sealed here opens with the keys that stand there (`protocol-example.test.ts`).
 */
import sealed from './sealed-examples.json' with { type: 'json' };

const ACCOUNT = '00112233445566778899aabbccddeeff';
const DEVICE = '9dca8c435bb0779f';
const KEY_ID = '00112233445566778899aabbccddeeff76ddecdecfcaf109';
const NEW_API_KEY =
  'mhb_00112233445566778899aabbccddeeffb9ffac4106402810_93f2323e88f35395de9984b12f290511d1115dbe874b6a98b993c3eb9621eaff_9fe66d34';
const NEW_KEY_ID = NEW_API_KEY.slice('mhb_'.length, 'mhb_'.length + 48);
const WIRE_ID = '5d1ec822f62e946a0a16cb318e53fa1e';
const DIGEST = '356168c6a1568813dc1e194788e215c18fc905f41f96b724c72282f6ea6ef0c6';
const TOKEN_HASH = 'efbbe48fa2e3a96fb9215e355efd87beffcac2fbad1529d46e2c80a166c01927';
const CURSOR = '2wf1JVsSX6Bna1N4_XkjCAAAAAAAAAACAAAAAAAAAAIFfnxRcIJFhGz7SdP_mlamrqM127Q7UOT3BlunAELaTQ';
const DAY = '2026-01-31';

const storedRecord = { id: WIRE_ID, seq: 2, sealed: sealed.record };
const keyring = { generation: 1, sealed: sealed.keyring, recovery: sealed.recovery };
const device = {
  device_id: DEVICE,
  key_id: KEY_ID,
  is_this: true,
  name: sealed.device_name,
  manifest: sealed.manifest,
  last_seen_on: DAY,
};
const apiKey = {
  key_id: KEY_ID,
  label: 'laptop',
  scopes: ['sync', 'account'],
  created_on: DAY,
  last_used_on: DAY,
  revoked_on: null,
  is_this: true,
};

export const examples = {
  health: { answer: { status: 'ok' } },
  ready: {
    answer: {
      status: 'ready',
      protocol: 2,
      oldest_protocol: 1,
      acknowledged_changes_survive: ['a kill of the service', 'a kill of the database', 'a power failure'],
    },
  },
  document: { answer: { openapi: '3.1.0', paths: {} } },
  listApiKeys: { answer: { keys: [apiKey] } },
  createApiKey: {
    request: { label: 'phone', scopes: ['sync'] },
    answer: { key_id: NEW_KEY_ID, api_key: NEW_API_KEY },
  },
  revokeApiKey: { request: { key_id: NEW_KEY_ID }, answer: { key_id: NEW_KEY_ID } },
  listDevices: { answer: { devices: [device] } },
  updateDevice: {
    request: { device_id: DEVICE, name: sealed.device_name },
    answer: { device_id: DEVICE },
  },
  revokeDevice: { request: { device_id: DEVICE }, answer: { revoked_keys: 1 } },
  getKeyring: { answer: keyring },
  putKeyring: {
    request: { base_generation: 0, sealed: keyring.sealed, recovery: keyring.recovery },
    answer: { generation: 1 },
  },
  leaveInMailbox: {
    request: { token_hash: TOKEN_HASH, sealed: sealed.mailbox },
    answer: { expires_in_seconds: 600 },
  },
  takeFromMailbox: { answer: { sealed: sealed.mailbox } },
  upload: {
    request: {
      device_id: DEVICE,
      batch_id: '03dde11c98047f1c092b39a9bcf25865',
      changes: [{ id: WIRE_ID, base: 0, sealed: sealed.record }],
    },
    answer: { applied: [{ id: WIRE_ID, seq: 2 }], conflicts: [], rejected: [], head: 2 },
  },
  download: {
    request: { device_id: DEVICE, since: null, limit: 1000 },
    answer: {
      records: [storedRecord],
      has_more: false,
      remaining: 0,
      next: CURSOR,
      head: 2,
      keyring_generation: 1,
    },
  },
  digest: { request: { device_id: DEVICE }, answer: { head: 2, count: 2, digest: DIGEST } },
  events: { answer: { head: 2 } },
  limits: {
    answer: {
      protocol: { oldest: 1, newest: 2 },
      upload_changes_max: 500,
      body_bytes_max: 4_194_304,
      sealed_bytes_max: 262_144,
      download_records_max: 1_000,
      download_bytes_max: 4_194_304,
      requests_per_minute: 600,
      records_max: 500_000,
      records: 2,
      bytes_max: 536_870_912,
      bytes: 1_652,
    },
  },
  exportAccount: {
    answer: { line: 'account', account_id: ACCOUNT, keyring, devices: [device], api_keys: [apiKey] },
  },
  deleteAccount: { request: { account_id: ACCOUNT }, answer: { deleted_records: 2 } },
} as const;
