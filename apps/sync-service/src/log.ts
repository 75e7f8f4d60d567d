/** What the service writes down of a request: method, route, status, duration, request id. Nothing else (rule D11). */
import type { FastifyInstance } from 'fastify';

/** A line of JSON; `logger` writes it to standard error. */
export const logRequests = (app: FastifyInstance): void => {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({
      method: request.method,
      // The pattern and not the address: an address could carry anything.
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    });
    done();
  });
};

/** Pino's own serializers would write addresses and headers. */
export const loggerOptions = {
  level: 'info',
  base: null,
  serializers: { req: () => undefined, res: () => undefined, err: nameOfError },
} as const;

/** An error's message may quote a value; its name and code can't. */
function nameOfError(error: unknown): { readonly type: string; readonly code: string } {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { type: error instanceof Error ? error.name : 'unknown', code };
}
