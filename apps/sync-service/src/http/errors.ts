/** Turns everything that can go wrong with a request into a problem document of the closed list (rule D10). */
import { errorCodes, type ErrorCode, PROTOCOL_HEADER, understoodProtocols } from '@mhb/core-domain/wire';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { OutcomeUnknown, Unavailable } from '../database/database.ts';
import { problemOf, Refusal } from './problem.ts';

/** Also of one that is refused before a route is known (rule D13). */
export const OF_EVERY_ANSWER = {
  'cache-control': 'no-store',
  [PROTOCOL_HEADER]: understoodProtocols,
} as const;

/** Seconds; a database that was killed is back sooner. */
const RETRY_AFTER_S = 2;

export const answerErrors = (app: FastifyInstance): void => {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { code, fields } = refusalOf(error);
    if (errorCodes[code].status === 500) request.log.error({ err: error });
    return answer(reply, code, fields);
  });
  // Known by name: a router that is asked about an address somebody made up takes it for a pattern.
  const methodsByPath = new Map<string, string[]>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = [method].flat().filter((name) => name !== 'HEAD');
    methodsByPath.set(url, [...(methodsByPath.get(url) ?? []), ...methods]);
  });
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    const methods = methodsByPath.get(path);
    if (methods === undefined) return answer(reply, 'not_found');
    return answer(reply.header('allow', methods.join(', ')), 'method_not_allowed');
  });
};

/** An address that can't be read is refused before there is a route, and before any hook. */
export const answerUnreadableAddress = (
  _error: FastifyError,
  _request: unknown,
  reply: FastifyReply,
): void => {
  void answer(reply.headers(OF_EVERY_ANSWER), 'invalid_request');
};

const answer = (reply: FastifyReply, code: ErrorCode, fields?: readonly string[]): FastifyReply => {
  const { status } = errorCodes[code];
  if (status === 503) reply.header('retry-after', RETRY_AFTER_S);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problemOf(code, fields));
};

const refusalOf = (
  error: FastifyError,
): { readonly code: ErrorCode; readonly fields?: readonly string[] } => {
  if (error instanceof Refusal)
    return { code: error.code, ...(error.fields === undefined ? {} : { fields: error.fields }) };
  if (error instanceof Unavailable) return { code: 'unavailable' };
  if (error instanceof OutcomeUnknown) return { code: 'outcome_unknown' };
  if (error.validation !== undefined) {
    return {
      code: 'invalid_request',
      fields: [...new Set(error.validation.map(({ instancePath }) => fieldOf(instancePath)))],
    };
  }
  if (error.statusCode === 413) return { code: 'too_large' };
  if (error.statusCode === 415) return { code: 'unsupported_media' };
  if (error.statusCode !== undefined && error.statusCode < 500) return { code: 'invalid_request' };
  return { code: 'internal' };
};

/** Names of members of the contract, and places in a list: never a name that a caller made up. */
const fieldOf = (instancePath: string): string => {
  const parts = instancePath.split('/').filter((part) => /^(?:[a-z_]{1,40}|\d{1,4})$/.test(part));
  return parts.length === 0 ? 'body' : parts.join('.');
};
