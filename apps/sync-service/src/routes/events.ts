/** The stream of heads: a device hears at once that there is something to download, and nothing else (rule D8). */
import { HeadEvent } from '@mhb/core-domain/wire';
import { authenticate, type AuthenticateDeps } from '../http/authenticate.ts';
import type { HeadsDep } from '../events/head-streams.ts';
import { Refusal } from '../http/problem.ts';
import type { App } from './route.ts';

/** Told to the document alone: events are made one by one. */
const STREAM: Record<string, unknown> = {
  description:
    'Server-sent events named "head", each with this document, at the beginning and after each change.',
  content: { 'text/event-stream': { schema: HeadEvent } },
};

/** Devices go on by asking now and then meanwhile. */
const FULL_FOR_S = 300;

export const eventRoutes = (app: App, deps: AuthenticateDeps & HeadsDep): void => {
  app.get(
    '/v1/sync/events',
    // A question for the headers alone would be answered by a stream that nobody reads.
    { exposeHeadRoute: false, schema: { response: { 200: STREAM } } },
    async (request, reply) => {
      // Counted once, when it is opened.
      const stream = deps.heads.open(await authenticate(deps, request, 'sync'));
      if (stream === undefined) {
        reply.header('retry-after', String(FULL_FOR_S));
        throw new Refusal('rate_limited');
      }
      reply.raw.once('close', () => {
        stream.end();
      });
      return (
        reply
          .type('text/event-stream')
          // Proxies pass each event on as it comes, and change nothing.
          .header('cache-control', 'no-store, no-transform')
          .header('x-accel-buffering', 'no')
          // Nothing follows on it, so that a service that stops waits for none.
          .header('connection', 'close')
          .send(stream.body)
      );
    },
  );
};
