/**
 * One request to the service and its answer, parsed. The only file that calls the network (rule A6). Whatever goes
 * wrong comes back as one of a few failures that say what to do.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import {
  type ErrorCode,
  isErrorCode,
  limits,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  Problem,
} from '@mhb/core-domain/wire';
import type { z } from 'zod';

/** Why a request had no answer that can be used. */
export type SyncFailure =
  | { readonly type: 'Offline' }
  /** Somebody answered whom the address does not vouch for, or a certificate has run out. */
  | { readonly type: 'CertificateNotTrusted' }
  | { readonly type: 'NotASyncService' }
  | { readonly type: 'ServiceMisbehaved' }
  /** It understands no version of the wire that this device speaks, or not enough of it for what was asked. */
  | { readonly type: 'ServiceTooOld' }
  | {
      readonly type: 'Refused';
      readonly code: ErrorCode;
      /** How long the service asks to be left alone, where it said so. */
      readonly retry_after_ms?: number;
    };

export interface Server {
  readonly url: string;
  /** Absent for a device that is about to open a mailbox. */
  readonly apiKey?: string;
  /** Ends every request that is on its way, and opens none afterwards. */
  readonly signal?: AbortSignal | undefined;
  /** Told when a request leaves; what it returns is told what time it was for the service, to a second. */
  readonly onSend?: () => (serviceMs: number) => void;
  /** Told the newest version of the wire that the service understands, with every answer. */
  readonly onProtocol?: (newest: number) => void;
}

export interface Route<Answer> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly answer: z.ZodType<Answer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Asked twice it would be answered otherwise, so it is never repeated without anybody knowing. */
  readonly isOnce?: true;
}

/** Longer than the service takes for anything, shorter than a person's patience. */
const TIMEOUT_MS = 60_000;

/** No honest answer is longer: a page in base64, and what stands around each record. */
const ANSWER_BYTES_MAX = limits.DOWNLOAD_BYTES_MAX * 2 + limits.DOWNLOAD_RECORDS_MAX * 200;

export const askService = async <Answer>(
  { url, apiKey, signal, onSend, onProtocol }: Server,
  route: Route<Answer>,
  body?: unknown,
): Promise<Result<Answer, SyncFailure>> => {
  const onServiceTime = onSend?.();
  const received = await send(`${url}${route.path}`, route, {
    ...requestOf(
      { apiKey, signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...given(signal)]) },
      route,
      body !== undefined,
    ),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!received.ok) return received;
  if (signal?.aborted === true) return err({ type: 'Offline' });
  const { status, value, newestProtocol, serviceTimeMs } = received.value;
  if (newestProtocol < OLDEST_PROTOCOL_VERSION) return err({ type: 'ServiceTooOld' });
  onProtocol?.(newestProtocol);
  if (serviceTimeMs !== undefined) onServiceTime?.(serviceTimeMs);
  if (status === 200) {
    const answer = route.answer.safeParse(value);
    return answer.success ? ok(answer.data) : err({ type: 'ServiceMisbehaved' });
  }
  return err(refusalOf(received.value));
};

const refusalOf = ({ value, retryAfterMs }: Pick<Received, 'value' | 'retryAfterMs'>): SyncFailure => {
  const problem = Problem.safeParse(value);
  if (!problem.success || !isErrorCode(problem.data.code)) return { type: 'NotASyncService' };
  const { code } = problem.data;
  return {
    type: 'Refused',
    code,
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
  };
};

const given = (signal: AbortSignal | undefined): readonly AbortSignal[] =>
  signal === undefined ? [] : [signal];

const requestOf = (
  { apiKey, signal }: { readonly apiKey?: string | undefined; readonly signal?: AbortSignal | undefined },
  { method, headers }: Pick<Route<unknown>, 'method' | 'headers'>,
  hasBody: boolean,
): RequestInit => ({
  method,
  // Followed, a redirect would carry the API key to another place. It is no answer of a service.
  redirect: 'manual',
  ...(signal === undefined ? {} : { signal }),
  headers: {
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
    ...headers,
    ...(hasBody ? { 'content-type': 'application/json' } : {}),
  },
});

/** One line of an honest stream is far shorter. */
const STREAM_PART_BYTES_MAX = 64 * 1024;

/**
 * Reads an answer that does not end by itself, part by part, until it does; says why it ended. Nothing here waits for
 * a silent one: whoever gave the signal does.
 */
export const followService = async (
  server: Server,
  path: string,
  onText: (text: string) => void,
): Promise<SyncFailure> => {
  const headers = { accept: 'text/event-stream' };
  try {
    const response = await fetch(
      `${server.url}${path}`,
      requestOf(server, { method: 'GET', headers }, false),
    );
    if (newestProtocolOf(response.headers) < OLDEST_PROTOCOL_VERSION) {
      await response.body?.cancel();
      return { type: 'ServiceTooOld' };
    }
    if (response.status === 200 && /^text\/event-stream\b/.test(response.headers.get('content-type') ?? '')) {
      const decoder = new TextDecoder();
      for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        if (part.length > STREAM_PART_BYTES_MAX) return { type: 'ServiceMisbehaved' };
        onText(decoder.decode(part, { stream: true }));
      }
      return { type: 'Offline' };
    }
    const text = await readText(response);
    return refusalOf({ value: parseJson(text ?? ''), ...timesOf(response.headers) });
  } catch (error) {
    return withoutAnswer(error);
  }
};

const UNTRUSTED = /^(?:CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(?:GET|VERIFY)_)/;

/** Why nothing came back. The words of a certificate are the driver's, its code is one of OpenSSL's. */
const withoutAnswer = (error: unknown): SyncFailure => ({
  type: UNTRUSTED.test(causeOf(error)) ? 'CertificateNotTrusted' : 'Offline',
});

const causeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
};

/** A service that asks for more than this is mistaken, or wants to be forgotten. */
const RETRY_AFTER_MAX_MS = 60 * 60_000;

interface Received {
  readonly status: number;
  readonly value: unknown;
  readonly newestProtocol: number;
  readonly serviceTimeMs: number | undefined;
  readonly retryAfterMs: number | undefined;
}

const send = async (
  url: string,
  { isOnce }: Pick<Route<unknown>, 'isOnce'>,
  request: RequestInit,
): Promise<Result<Received, SyncFailure>> => {
  try {
    const response = await fetch(url, request).catch((error: unknown) => {
      if (isOnce === true || !isConnectionLost(error)) throw error;
      return fetch(url, request);
    });
    const isJson = /^application\/(?:problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
    if (!isJson) {
      await response.body?.cancel();
      return err({ type: 'NotASyncService' });
    }
    const text = await readText(response);
    if (text === undefined) return err({ type: 'ServiceMisbehaved' });
    const value = parseJson(text);
    // Cut off on its way, or not JSON at all; either way there is no answer, and asking again may bring one.
    return value === undefined
      ? err({ type: 'Offline' })
      : ok({
          status: response.status,
          value,
          newestProtocol: newestProtocolOf(response.headers),
          ...timesOf(response.headers),
        });
  } catch (error) {
    return err(withoutAnswer(error));
  }
};

/**
 * A connection that is kept open may have been closed by the other side while the request was on its way: that is no
 * reason to call the service away. Every request that is repeated here is answered as the first one was (rule D4).
 */
const isConnectionLost = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(causeOf(error));

/** A service that names no version is of the first. */
const newestProtocolOf = (headers: Headers): number =>
  Number(/^\d{1,4}-(\d{1,4})$/.exec(headers.get(PROTOCOL_HEADER) ?? '')?.[1] ?? 1);

const timesOf = (headers: Headers): Pick<Received, 'serviceTimeMs' | 'retryAfterMs'> => {
  const serviceTimeMs = Date.parse(headers.get('date') ?? '');
  const seconds = /^\d{1,9}$/.exec(headers.get('retry-after') ?? '')?.[0];
  return {
    serviceTimeMs: Number.isNaN(serviceTimeMs) ? undefined : serviceTimeMs,
    retryAfterMs: seconds === undefined ? undefined : Math.min(Number(seconds) * 1_000, RETRY_AFTER_MAX_MS),
  };
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
