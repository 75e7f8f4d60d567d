/**
 * The document of the service (`GET /openapi.json`) says of every route which refusals it answers with. Those that any
 * request can meet are added here; a route names its own: `config: { refusals: ['not_found'] }`.
 */
import { type ErrorCode, errorCodes, Problem } from '@mhb/core-domain/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly refusals?: readonly ErrorCode[];
  }
}

const OF_ANY_REQUEST: readonly ErrorCode[] = [
  ...(['invalid_request', 'too_large', 'unsupported_media', 'misdirected', 'client_too_old'] as const),
  ...(['rate_limited', 'headers_too_large', 'internal', 'outcome_unknown', 'unavailable'] as const),
];

const OF_ACCOUNTS: readonly ErrorCode[] = ['unauthorized', 'forbidden'];

export const documentRefusals = (app: FastifyInstance): void => {
  app.addHook('onRoute', (route) => {
    if (route.schema === undefined || route.schema.hide === true) return;
    const codes = new Set([
      ...OF_ANY_REQUEST,
      ...(route.url.startsWith('/v1/') ? OF_ACCOUNTS : []),
      ...(route.config?.refusals ?? []),
    ]);
    const codesByStatus = Map.groupBy(codes, (code) => errorCodes[code].status);
    const refusals = [...codesByStatus].map(([status, ofStatus]) => [status, answerOf(status, ofStatus)]);
    const own: unknown = route.schema.response;
    // What a handler may return is typed by its own answers alone, so the refusals are told to the document only.
    route.schema = {
      ...route.schema,
      response: { ...Object.fromEntries(refusals), ...(typeof own === 'object' ? own : {}) },
    };
  });
};

const answerOf = (status: number, codes: readonly ErrorCode[]) => ({
  description: codes.map((code) => `${code}: ${errorCodes[code].words}`).join(' '),
  content: {
    'application/problem+json': {
      schema: Problem.extend({ status: z.literal(status), code: z.enum(codes) }),
    },
  },
});
