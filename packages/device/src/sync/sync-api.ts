/**
 * The service as the device sees it: every request of the protocol, every answer parsed. The only file that calls
 * the network (rule A6). Nothing that was not sealed can be put into an upload (rule E3).
 */
import { err, ok, type Result } from '@mhb/core-domain';
import {
  type DownloadRequest,
  DownloadAnswer,
  type ErrorCode,
  isErrorCode,
  KeyringAnswer,
  KeyringStored,
  limits,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  Problem,
  UploadAnswer,
  type WireId,
} from '@mhb/core-domain/wire';
import type { z } from 'zod';
import type { Sealed } from '../vault/seal.ts';

/** Why a request had no answer that can be used. */
export type SyncFailure =
  | { readonly type: 'Offline' }
  | { readonly type: 'NotASyncService' }
  | { readonly type: 'ServiceMisbehaved' }
  | { readonly type: 'Refused'; readonly code: ErrorCode };

export interface OutgoingChange {
  readonly id: WireId;
  readonly base: number;
  readonly sealed: Sealed;
}

export interface OutgoingBatch {
  readonly device_id: string;
  readonly batch_id: string;
  readonly changes: readonly OutgoingChange[];
}

export interface SyncApi {
  readonly download: (request: DownloadRequest) => Promise<Result<DownloadAnswer, SyncFailure>>;
  readonly upload: (batch: OutgoingBatch) => Promise<Result<UploadAnswer, SyncFailure>>;
  readonly getKeyring: () => Promise<Result<KeyringAnswer, SyncFailure>>;
  readonly putKeyring: (keyring: {
    readonly base_generation: number;
    readonly sealed: Sealed;
    readonly recovery: Sealed;
  }) => Promise<Result<KeyringStored, SyncFailure>>;
}

/** Longer than the service takes for anything, shorter than a person's patience. */
const TIMEOUT_MS = 60_000;

/** No honest answer is longer: a page in base64, and what stands around each record. */
const ANSWER_BYTES_MAX = limits.DOWNLOAD_BYTES_MAX * 2 + limits.DOWNLOAD_RECORDS_MAX * 200;

export const connectSyncApi = ({
  url,
  apiKey,
}: {
  readonly url: string;
  readonly apiKey: string;
}): SyncApi => {
  const ask = async <Answer>(
    route: {
      readonly method: 'GET' | 'POST' | 'PUT';
      readonly path: string;
      readonly answer: z.ZodType<Answer>;
    },
    body?: unknown,
  ): Promise<Result<Answer, SyncFailure>> => {
    const received = await send(`${url}${route.path}`, {
      method: route.method,
      // A redirect would carry the API key to another place.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        authorization: `Bearer ${apiKey}`,
        [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!received.ok) return received;
    const { status, value } = received.value;
    if (status === 200) {
      const answer = route.answer.safeParse(value);
      return answer.success ? ok(answer.data) : err({ type: 'ServiceMisbehaved' });
    }
    const problem = Problem.safeParse(value);
    if (!problem.success || !isErrorCode(problem.data.code)) return err({ type: 'NotASyncService' });
    return err({ type: 'Refused', code: problem.data.code });
  };

  return {
    download: (request) =>
      ask({ method: 'POST', path: '/v1/sync/download', answer: DownloadAnswer }, request),
    upload: ({ changes, ...batch }) =>
      ask(
        { method: 'POST', path: '/v1/sync/upload', answer: UploadAnswer },
        { ...batch, changes: changes.map(({ id, base, sealed }) => ({ id, base, sealed: base64(sealed) })) },
      ),
    getKeyring: () => ask({ method: 'GET', path: '/v1/keyring', answer: KeyringAnswer }),
    putKeyring: ({ base_generation, sealed, recovery }) =>
      ask(
        { method: 'PUT', path: '/v1/keyring', answer: KeyringStored },
        { base_generation, sealed: base64(sealed), recovery: base64(recovery) },
      ),
  };
};

interface Received {
  readonly status: number;
  readonly value: unknown;
}

const send = async (url: string, request: RequestInit): Promise<Result<Received, SyncFailure>> => {
  try {
    const response = await fetch(url, request);
    const isJson = /^application\/(?:problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
    if (!isJson) {
      await response.body?.cancel();
      return err({ type: 'NotASyncService' });
    }
    const text = await readText(response);
    if (text === undefined) return err({ type: 'ServiceMisbehaved' });
    const value = parseJson(text);
    // Cut off on its way, or not JSON at all; either way there is no answer, and asking again may bring one.
    return value === undefined ? err({ type: 'Offline' }) : ok({ status: response.status, value });
  } catch {
    return err({ type: 'Offline' });
  }
};

/** `undefined` where the answer is longer than any honest one. */
const readText = async (response: Response): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The type of a body doesn't say what it is made of; that of a response is bytes.
  const body = response.body as AsyncIterable<Uint8Array> | null;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > ANSWER_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
