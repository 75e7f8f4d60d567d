/** The refusals of the document: one response for each set of codes that share a status (rule D10). */
import { type ErrorCode, errorCodes, Problem } from '@mhb/core-domain/wire';
import { z } from 'zod';
import { problemOf } from '../http/problem.ts';
import type { DocumentedOperation } from './document.ts';
import { schemaOf } from './schemas.ts';

const OF_ANY_REQUEST: readonly ErrorCode[] = [
  ...(['invalid_request', 'too_large', 'unsupported_media', 'misdirected', 'client_too_old'] as const),
  ...(['rate_limited', 'headers_too_large', 'internal', 'outcome_unknown', 'unavailable'] as const),
];

const OF_API_KEYS: readonly ErrorCode[] = ['unauthorized', 'forbidden'];

export const isWithKey = ({ access }: DocumentedOperation): boolean =>
  access === 'sync' || access === 'account';

const codesByStatus = (operation: DocumentedOperation): ReadonlyMap<number, readonly ErrorCode[]> =>
  Map.groupBy(
    new Set([...OF_ANY_REQUEST, ...(isWithKey(operation) ? OF_API_KEYS : []), ...operation.refusals]),
    (code) => errorCodes[code].status,
  );

const nameOf = (codes: readonly ErrorCode[]): string => codes.join('-or-');

/** By status, each where it stands in the document. */
export const refusalsOf = (operation: DocumentedOperation): Readonly<Record<string, object>> =>
  Object.fromEntries(
    [...codesByStatus(operation)].map(([status, codes]) => [
      status,
      { $ref: `#/components/responses/${nameOf(codes)}` },
    ]),
  );

/** All that any of these answers with, by name. */
export const problemResponses = (
  operations: readonly DocumentedOperation[],
): Readonly<Record<string, object>> =>
  Object.fromEntries(
    operations
      .flatMap((operation) => [...codesByStatus(operation)])
      .map(([status, codes]) => [nameOf(codes), responseOf(status, codes)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

const headersByStatus: Readonly<Record<number, readonly string[]>> = {
  // Without an id of its own: whatever is wrong with a key or a mailbox, the answer is the same byte for byte.
  401: ['www-authenticate'],
  404: [],
  429: ['request-id', 'retry-after', 'ratelimit', 'ratelimit-policy'],
  503: ['request-id', 'retry-after'],
};

const responseOf = (status: number, codes: readonly ErrorCode[]): object => ({
  description: codes
    .map((code) => `\`${code}\`: ${errorCodes[code].words} What a device does: ${errorCodes[code].action}.`)
    .join('\n\n'),
  headers: headersOf(headersByStatus[status] ?? ['request-id']),
  content: {
    'application/problem+json': {
      schema: schemaOf(Problem.extend({ status: z.literal(status), code: z.enum(codes) })),
      examples: Object.fromEntries(codes.map((code) => [code, { value: problemOf(code) }])),
    },
  },
});

/** Those of every answer, and some. */
export const headersOf = (more: readonly string[]): Readonly<Record<string, object>> =>
  Object.fromEntries(
    ['mhb-protocol', 'cache-control', ...more].map((name) => [
      name,
      { $ref: `#/components/headers/${name}` },
    ]),
  );
