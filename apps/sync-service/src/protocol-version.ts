/**
 * Says with every answer which versions of the wire this service understands, and turns away a device that speaks an
 * older one (rule D13). Who names none is understood as the newest; a newer one than ours knows what to do without.
 */
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_HEADER, understoodProtocols } from '@mhb/core-domain/wire';
import type { FastifyInstance } from 'fastify';
import { Refusal } from './problem.ts';

/** Before authentication, so that an old device learns why whatever its key is. */
export const negotiateProtocol = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(PROTOCOL_HEADER, understoodProtocols);
    const named = request.headers[PROTOCOL_HEADER];
    done(named === undefined || isUnderstood(named) ? undefined : new Refusal('client_too_old'));
  });
};

const isUnderstood = (named: string | readonly string[]): boolean =>
  typeof named === 'string' && /^\d{1,4}$/.test(named) && Number(named) >= OLDEST_PROTOCOL_VERSION;
