/**
 * A large answer waits in memory until it is read. Whoever doesn't read it in time loses the connection, so that many
 * who read nothing can't fill the service.
 */
import { limits } from '@mhb/core-domain/wire';
import type { FastifyInstance } from 'fastify';

/** What is smaller fits into the operating system's own buffers. */
const LARGE_CHARACTERS = 32 * 1024;

export const cutSlowReaders = (app: FastifyInstance): void => {
  app.addHook('onSend', (_request, { raw }, payload, done) => {
    // A stream waits for its reader by itself, with a bounded part of it in memory.
    if (typeof payload === 'string' && payload.length > LARGE_CHARACTERS) {
      const late = setTimeout(() => raw.destroy(), limits.REQUEST_TIMEOUT_MS);
      raw.once('close', () => {
        clearTimeout(late);
      });
    }
    done();
  });
};
