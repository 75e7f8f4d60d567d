/** What the service writes down of a request: method, route, status, duration, request id. Nothing else (rule D11). */
import type { FastifyInstance } from 'fastify';
import type { LogLevel } from '../settings.ts';

/** Whatever is wrong with a key (rule D9) or a mailbox (rule E6), the answer is the same, byte for byte. */
const answeredAlike: ReadonlySet<number> = new Set([401, 404]);

/** A line of JSON; `logger` writes it to standard error. The answer says what the line calls the request. */
export const logRequests = (app: FastifyInstance): void => {
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (!answeredAlike.has(reply.statusCode)) reply.header('request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    request.log[levelOf(reply.statusCode)]({
      method: request.method,
      // The pattern and not the address: an address could carry anything.
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    });
    done();
  });
};

/** A mistake of the service, something it could not do just now, or how it should be. */
const levelOf = (status: number): LogLevel => {
  if (status === 503) return 'warn';
  return status >= 500 ? 'error' : 'info';
};

/** An error is written by name; requests and answers only as `logRequests` does. */
export const loggerOptions = {
  level: 'info',
  // Neither process id nor host name.
  base: null,
  // In words: "error" is what people look for.
  formatters: { level: (level: string) => ({ level }) },
  serializers: { err: nameOfError },
  hooks: {
    // Without words of its own a line would be given those of its error.
    logMethod(this: unknown, [first, ...words]: unknown[], write: (...line: unknown[]) => void): void {
      write.call(
        this,
        ...(errorOf(first) === undefined ? [first, ...words] : [{ err: errorOf(first) }, 'error']),
      );
    },
  },
};

const errorOf = (logged: unknown): Error | undefined => {
  if (logged instanceof Error) return logged;
  const isWithError = typeof logged === 'object' && logged !== null && 'err' in logged;
  return isWithError && logged.err instanceof Error ? logged.err : undefined;
};

/** An error's message may quote a value; its name and code can't. */
function nameOfError(error: Error): { type: string; message: string; stack: string; code: string } {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { type: error.name, message: '', stack: '', code };
}
