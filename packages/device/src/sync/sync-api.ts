/**
 * The service as the device sees it: every request of the protocol. Nothing that was not sealed can be put into an
 * upload (rule E3).
 */
import { err, type Result } from '@mhb/core-domain';
import {
  AccountDeleted,
  type AccountId,
  ApiKeyCreated,
  ApiKeyList,
  type ApiKeyRequest,
  DeviceList,
  DeviceRevoked,
  DigestAnswer,
  type DigestRequest,
  type DownloadRequest,
  DownloadAnswer,
  type KeyId,
  KeyringAnswer,
  KeyringStored,
  LimitsAnswer,
  MAILBOX_TOKEN_HEADER,
  MailboxAnswer,
  type MailboxId,
  MailboxStored,
  OLDEST_PROTOCOL_VERSION,
  UploadAnswer,
  type WireId,
} from '@mhb/core-domain/wire';
import { z } from 'zod';
import { readHeads } from './read-heads.ts';
import type { Sealed } from '../vault/seal.ts';
import { askService, followService, type Route, type Server, type SyncFailure } from './ask-service.ts';

export type { SyncFailure } from './ask-service.ts';

export interface OutgoingChange {
  readonly id: WireId;
  readonly base: number;
  /** SHA-256 of the sealed envelope under `base`, where it is known. */
  readonly base_hash?: Uint8Array | undefined;
  readonly sealed: Sealed;
}

export interface OutgoingBatch {
  readonly device_id: string;
  readonly batch_id: string;
  readonly changes: readonly OutgoingChange[];
}

/** Names and manifests leave the device sealed, like everything else. */
export interface OutgoingDevice {
  readonly device_id: string;
  readonly named_device_id?: string;
  readonly name?: Sealed;
  readonly manifest?: Sealed;
}

export interface SyncApi {
  /** Whether an upload names what it was built on by its hash too; only then may a damaged version be replaced. */
  readonly comparesHashes: boolean;
  /** Whether it was called off: then nothing more may be done with what was answered. */
  readonly isEnded: boolean;
  readonly download: (request: DownloadRequest) => Promise<Result<DownloadAnswer, SyncFailure>>;
  readonly upload: (batch: OutgoingBatch) => Promise<Result<UploadAnswer, SyncFailure>>;
  /**
   * Calls back with the head of the account, at once and after every change, and with nothing for a sign of life.
   * Answers when that is over, and why; the signal of the connection ends it.
   */
  readonly events: (onSign: (head?: number) => void) => Promise<Result<never, SyncFailure>>;
  readonly getKeyring: () => Promise<Result<KeyringAnswer, SyncFailure>>;
  readonly putKeyring: (keyring: {
    readonly base_generation: number;
    readonly sealed: Sealed;
    readonly recovery: Sealed;
  }) => Promise<Result<KeyringStored, SyncFailure>>;
  readonly digest: (request: DigestRequest) => Promise<Result<DigestAnswer, SyncFailure>>;
  readonly getLimits: () => Promise<Result<LimitsAnswer, SyncFailure>>;
  readonly listDevices: () => Promise<Result<DeviceList, SyncFailure>>;
  readonly updateDevice: (update: OutgoingDevice) => Promise<Result<unknown, SyncFailure>>;
  readonly revokeDevice: (device_id: string) => Promise<Result<DeviceRevoked, SyncFailure>>;
  readonly listKeys: () => Promise<Result<ApiKeyList, SyncFailure>>;
  readonly createKey: (key: ApiKeyRequest) => Promise<Result<ApiKeyCreated, SyncFailure>>;
  readonly revokeKey: (key_id: KeyId) => Promise<Result<unknown, SyncFailure>>;
  readonly putMailbox: (mailbox: {
    readonly id: MailboxId;
    readonly token_hash: string;
    readonly sealed: Sealed;
  }) => Promise<Result<MailboxStored, SyncFailure>>;
  /** Needs no API key: the token opens it, once. */
  readonly openMailbox: (mailbox: {
    readonly id: MailboxId;
    readonly token: string;
  }) => Promise<Result<MailboxAnswer, SyncFailure>>;
  readonly deleteAccount: (account_id: AccountId) => Promise<Result<AccountDeleted, SyncFailure>>;
}

type Ask = <Answer>(route: Route<Answer>, body?: unknown) => Promise<Result<Answer, SyncFailure>>;

export const connectSyncApi = (server: Server): SyncApi => {
  // What has not answered yet is taken for the oldest, which refuses members that it does not know.
  let newestProtocol = OLDEST_PROTOCOL_VERSION;
  const ask: Ask = (route, body) =>
    askService({ ...server, onProtocol: (newest) => (newestProtocol = newest) }, route, body);
  const comparesHashes = (): boolean => newestProtocol >= 2;
  const events: SyncApi['events'] = async (onSign) =>
    err(await followService(server, '/v1/sync/events', readHeads(onSign)));
  return {
    get comparesHashes() {
      return comparesHashes();
    },
    get isEnded() {
      return server.signal?.aborted === true;
    },
    ...recordRequests(ask, comparesHashes),
    ...accountRequests(ask),
    events,
  };
};

const recordRequests = (
  ask: Ask,
  comparesHashes: () => boolean,
): Pick<SyncApi, 'download' | 'upload' | 'getKeyring' | 'putKeyring' | 'digest'> => ({
  download: (request) => ask({ method: 'POST', path: '/v1/sync/download', answer: DownloadAnswer }, request),
  upload: ({ changes, ...batch }) =>
    ask(
      { method: 'POST', path: '/v1/sync/upload', answer: UploadAnswer },
      {
        ...batch,
        changes: changes.map(({ id, base, base_hash, sealed }) => ({
          id,
          base,
          ...(base_hash === undefined || !comparesHashes() ? {} : { base_hash: hex(base_hash) }),
          sealed: base64(sealed),
        })),
      },
    ),
  getKeyring: () => ask({ method: 'GET', path: '/v1/keyring', answer: KeyringAnswer }),
  putKeyring: ({ base_generation, sealed, recovery }) =>
    ask(
      { method: 'PUT', path: '/v1/keyring', answer: KeyringStored },
      { base_generation, sealed: base64(sealed), recovery: base64(recovery) },
    ),
  digest: (request) => ask({ method: 'POST', path: '/v1/sync/digest', answer: DigestAnswer }, request),
});

const accountRequests = (
  ask: Ask,
): Omit<SyncApi, 'events' | 'comparesHashes' | 'isEnded' | keyof ReturnType<typeof recordRequests>> => ({
  getLimits: () => ask({ method: 'GET', path: '/v1/sync/limits', answer: LimitsAnswer }),
  listDevices: () => ask({ method: 'GET', path: '/v1/devices', answer: DeviceList }),
  updateDevice: ({ name, manifest, ...device }) =>
    ask(
      { method: 'PATCH', path: '/v1/devices', answer: z.unknown() },
      {
        ...device,
        ...(name === undefined ? {} : { name: base64(name) }),
        ...(manifest === undefined ? {} : { manifest: base64(manifest) }),
      },
    ),
  revokeDevice: (device_id) =>
    ask({ method: 'DELETE', path: '/v1/devices', answer: DeviceRevoked, isOnce: true }, { device_id }),
  listKeys: () => ask({ method: 'GET', path: '/v1/auth/api-keys', answer: ApiKeyList }),
  createKey: (key) =>
    ask({ method: 'POST', path: '/v1/auth/api-keys', answer: ApiKeyCreated, isOnce: true }, key),
  revokeKey: (key_id) =>
    ask({ method: 'DELETE', path: '/v1/auth/api-keys', answer: z.unknown(), isOnce: true }, { key_id }),
  putMailbox: ({ id, token_hash, sealed }) =>
    ask(
      { method: 'PUT', path: `/v1/pairing/${id}`, answer: MailboxStored, isOnce: true },
      { token_hash, sealed: base64(sealed) },
    ),
  openMailbox: ({ id, token }) =>
    ask({
      method: 'GET',
      path: `/v1/pairing/${id}`,
      answer: MailboxAnswer,
      isOnce: true,
      headers: { [MAILBOX_TOKEN_HEADER]: token },
    }),
  deleteAccount: (account_id) =>
    ask({ method: 'DELETE', path: '/v1/account', answer: AccountDeleted, isOnce: true }, { account_id }),
});

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
