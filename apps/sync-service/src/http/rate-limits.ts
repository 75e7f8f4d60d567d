/**
 * How often one may ask (rule D8): each API key so many times a minute, and each address so many times with a key or
 * token that is none. A right key is never held up by the wrong ones of its neighbours behind one address. Counts are
 * in memory and bounded; each instance has its own. Nothing of a key or an address leaves this file.
 */
import rateLimit from '@fastify/rate-limit';
import type { KeyId } from '@mhb/core-domain/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from './problem.ts';

/** For who asks nothing of the operator; a first sync of ten years takes about a hundred. */
export const DEFAULT_REQUESTS_PER_MINUTE = 600;

/** Many devices may share an address, and each stops at its first 401. */
export const WRONG_KEYS_PER_MINUTE = 60;

const WINDOW_S = 60;

/** The one seen longest ago is forgotten first; some 100 bytes each. */
const COUNTED_MAX = 20_000;

export interface RateLimits {
  /** 0 for no limit. */
  readonly requestsPerMinute: number;
  /** Refuses a request whose key has asked too often. */
  readonly countRequest: (request: FastifyRequest, keyId: KeyId) => Promise<void>;
  /** Refuses, in place of the answer to a wrong key, an address that has sent too many. */
  readonly countWrongKey: (request: FastifyRequest) => Promise<void>;
}

export interface RateLimitsDep {
  readonly rates: RateLimits;
}

export const openRateLimits = async (
  app: FastifyInstance,
  requestsPerMinute: number,
): Promise<RateLimits> => {
  if (requestsPerMinute === 0) {
    const uncounted = (): Promise<void> => Promise.resolve();
    return { requestsPerMinute, countRequest: uncounted, countWrongKey: uncounted };
  }
  await app.register(rateLimit, { global: false });
  const headersOf = new WeakMap<FastifyRequest, Readonly<Record<string, string>>>();
  app.addHook('onSend', async (request, reply) => {
    reply.headers(headersOf.get(request) ?? {});
    return Promise.resolve();
  });
  const keyIdOf = new WeakMap<FastifyRequest, KeyId>();
  const window = { timeWindow: WINDOW_S * 1_000, cache: COUNTED_MAX };
  const ofKey = app.createRateLimit({
    ...window,
    max: requestsPerMinute,
    keyGenerator: (request) => keyIdOf.get(request) ?? '',
  });
  // Of an address of version 6 its network counts: who has one has all of it.
  const ofAddress = app.createRateLimit({ ...window, max: WRONG_KEYS_PER_MINUTE });
  return {
    requestsPerMinute,
    countRequest: async (request, keyId) => {
      keyIdOf.set(request, keyId);
      const counted = await ofKey(request);
      if (counted.isAllowed) return;
      const { remaining, ttlInSeconds, isExceeded } = counted;
      headersOf.set(request, {
        // draft-ietf-httpapi-ratelimit-headers
        'ratelimit-policy': `"default";q=${String(requestsPerMinute)};w=${String(WINDOW_S)}`,
        ratelimit: `"default";r=${String(remaining)};t=${String(ttlInSeconds)}`,
        ...(isExceeded ? { 'retry-after': String(ttlInSeconds) } : {}),
      });
      if (isExceeded) throw new Refusal('rate_limited');
    },
    countWrongKey: async (request) => {
      const counted = await ofAddress(request);
      if (counted.isAllowed || !counted.isExceeded) return;
      headersOf.set(request, { 'retry-after': String(counted.ttlInSeconds) });
      throw new Refusal('rate_limited');
    },
  };
};
