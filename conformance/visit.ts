/** One visit to a service: whose account it is, and the steps that many checks take. */
import {
  ApiKeyCreated,
  type ApiKeyRequest,
  type Change,
  DownloadAnswer,
  limits,
  type StoredRecord,
  UploadAnswer,
} from '@mhb/core-domain/wire';
import { createHash, randomBytes } from 'node:crypto';
import { hold, read } from './check.ts';
import type { Answer, ServiceClient } from './service-client.ts';

export interface Visit {
  /** As the key that was given, which may do everything. */
  readonly client: ServiceClient;
  /** As a key of another account, where one was given. */
  readonly other: ServiceClient | undefined;
  readonly accountId: string;
  /** Whether the account may be deleted at the end. */
  readonly mayDelete: boolean;
}

export const DEVICE_ID = 'c0f0000000000001';

export const newId = (): string => randomBytes(16).toString('hex');

export const newDeviceId = (): string => randomBytes(8).toString('hex');

/** Bytes that look like a sealed envelope of this length, as base64: the service can't tell. */
export const newSealed = (length: number = limits.SEALED_BYTES_MIN): string =>
  Buffer.concat([Buffer.from([1, 1]), randomBytes(length - 2)]).toString('base64');

/** As it travels; what the wire checks of it is not checked here, so that wrong ones can be sent. */
export interface SentChange {
  readonly id: string;
  readonly base: number;
  readonly base_hash?: string;
  readonly sealed: string;
}

export const newChange = (change: Partial<SentChange> = {}): SentChange => ({
  id: newId(),
  base: 0,
  sealed: newSealed(),
  ...change,
});

export const hashOf = (sealed: string): string =>
  createHash('sha256').update(Buffer.from(sealed, 'base64')).digest('hex');

export const sendBatch = (
  client: ServiceClient,
  changes: readonly (Change | SentChange)[],
  batchId = newId(),
): Promise<Answer> =>
  client.ask('POST', '/v1/sync/upload', { body: { device_id: DEVICE_ID, batch_id: batchId, changes } });

export const upload = async (
  client: ServiceClient,
  changes: readonly SentChange[],
  batchId = newId(),
): Promise<UploadAnswer> => read(UploadAnswer, await sendBatch(client, changes, batchId), 'an upload');

/** New records that have to be taken. */
export const store = async (
  client: ServiceClient,
  count: number,
  sealedLength?: number,
): Promise<readonly StoredRecord[]> => {
  const changes = Array.from({ length: count }, () => newChange({ sealed: newSealed(sealedLength) }));
  const { applied } = await upload(client, changes);
  hold(applied.length === count, 'of new records not all were taken');
  return changes.map(({ sealed }, index) => ({ ...(applied[index] ?? fail()), sealed }));
};

const fail = (): never => {
  throw new TypeError('there is a seq for each record');
};

export const downloadPage = async (
  client: ServiceClient,
  since: string | null,
  more: { readonly limit?: number; readonly skip_batches?: readonly string[] } = {},
): Promise<DownloadAnswer> => {
  const body = { device_id: DEVICE_ID, since, ...more };
  return read(DownloadAnswer, await client.ask('POST', '/v1/sync/download', { body }), 'a download');
};

/** Far more than any account of a test has. */
const PAGES_MAX = 10_000;

export const downloadAll = async (
  client: ServiceClient,
  since: string | null = null,
  limit?: number,
): Promise<{ readonly records: readonly StoredRecord[]; readonly next: string; readonly head: number }> => {
  const records: StoredRecord[] = [];
  let cursor = since;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const got = await downloadPage(client, cursor, limit === undefined ? {} : { limit });
    records.push(...got.records);
    cursor = got.next;
    if (!got.has_more) return { records, next: got.next, head: got.head };
  }
  hold(false, 'a download has no end');
};

export const headOf = async (client: ServiceClient): Promise<number> =>
  (await downloadPage(client, null, { limit: 1 })).head;

/** Everything up to now, so that what follows stands alone. */
export const cursorNow = async (client: ServiceClient): Promise<string> => (await downloadAll(client)).next;

export const newKey = async (
  client: ServiceClient,
  scopes: ApiKeyRequest['scopes'] = ['sync', 'account'],
): Promise<{ readonly keyId: string; readonly client: ServiceClient }> => {
  const body = { label: 'conformance', scopes };
  const made = read(ApiKeyCreated, await client.ask('POST', '/v1/auth/api-keys', { body }), 'making a key');
  return { keyId: made.key_id, client: client.as(made.api_key) };
};

export const revokeKey = (client: ServiceClient, keyId: string): Promise<Answer> =>
  client.ask('DELETE', '/v1/auth/api-keys', { body: { key_id: keyId } });
