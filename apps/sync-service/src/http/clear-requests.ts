/**
 * What two readers could understand differently is refused before it reaches a route: a proxy in front of the service
 * must never have seen another request than the one that is answered here.
 */
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from './problem.ts';

export const refuseUnclearRequests = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = refusalOf(request);
    // Its body is not read, so nothing that follows on this connection could be told from it.
    if (refusal !== undefined) {
      reply.header('connection', 'close');
      lastAnswered.add(request.raw.socket);
    }
    done(refusal);
  });
  // Node would answer these by itself, without a problem document.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
};

/** Connections that were told that nothing follows; what still arrives there gets no answer. */
const lastAnswered = new WeakSet<Duplex>();

export const isLastAnswered = (socket: Duplex): boolean => lastAnswered.has(socket);

const refusalOf = ({ raw }: FastifyRequest): Refusal | undefined => {
  const { headers } = raw;
  if (raw.url?.startsWith('http') === true) return new Refusal('misdirected');
  if (!/^1\.[01]$/.test(raw.httpVersion)) return new Refusal('invalid_request');
  if (isAmbiguous(raw.rawHeaders)) return new Refusal('invalid_request');
  if (raw.httpVersion === '1.1' && !HOST.test(headers.host ?? '')) return new Refusal('invalid_request');
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue')
    return new Refusal('invalid_request');
  // A compressed body could be a thousand times larger than it looks, under either name.
  const isCompressed =
    headers['content-encoding'] !== undefined ||
    (headers['transfer-encoding'] ?? 'chunked').toLowerCase() !== 'chunked';
  return isCompressed ? new Refusal('unsupported_media') : undefined;
};

const HOST = /^[\w.:[\]-]{1,255}$/;

/** Node takes the first of two. */
const ONCE = new Set(['host', 'authorization', 'content-type', 'content-encoding', 'expect']);

const isAmbiguous = (rawHeaders: readonly string[]): boolean => {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
};
