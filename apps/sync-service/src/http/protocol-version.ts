/**
 * Turns away a device that speaks a version of the wire that is too old for this service (rule D13). Who names none is
 * understood as the newest; a newer one than ours knows what to do without. Every answer says what is understood
 * (`errors.ts`).
 */
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_HEADER } from '@mhb/core-domain/wire';
import type { FastifyInstance } from 'fastify';
import { Refusal } from './problem.ts';

/** Before authentication, so that an old device learns why whatever its key is. */
export const negotiateProtocol = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, _reply, done) => {
    const named = request.headers[PROTOCOL_HEADER];
    done(named === undefined || isUnderstood(named) ? undefined : new Refusal('client_too_old'));
  });
};

const isUnderstood = (named: string | readonly string[]): boolean =>
  typeof named === 'string' && /^\d{1,4}$/.test(named) && Number(named) >= OLDEST_PROTOCOL_VERSION;
