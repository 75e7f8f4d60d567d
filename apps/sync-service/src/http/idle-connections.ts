/** Connections on which nothing is asked: kept for long while the service runs, and hardly while it stops. */
import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** Longer than proxies keep a connection, so that they are the ones who close it (decision 0029). */
export const KEEP_ALIVE_MS = 130_000;
const LOOK_MS = 100;
/** For a request that is on its way when the stop begins. */
const GRACE_MS = 1_000;

/**
 * Node ends connections that are idle when the stop begins, and looks after no other from then on. This ends those that
 * become idle later, and soon those on which no whole request has come, which would keep the service for as long as
 * the other side likes.
 */
export const endIdleConnections = (app: FastifyInstance): void => {
  /** Of each open connection, how many requests are not answered yet. */
  const asked = new Map<Socket, number>();
  const count = (socket: Socket, change: number): void => {
    const before = asked.get(socket);
    if (before !== undefined) asked.set(socket, before + change);
  };
  let looking: NodeJS.Timeout | undefined;

  app.addHook('onReady', (done) => {
    // With TLS requests come over another object than the connection below it.
    app.server.on(app.server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      asked.set(socket, 0);
      socket.once('close', () => asked.delete(socket));
    });
    done();
  });
  app.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    count(socket, 1);
    reply.raw.once('close', () => {
      count(socket, -1);
    });
    done();
  });
  app.addHook('preClose', (done) => {
    const begunAt = performance.now();
    looking = setInterval(() => {
      app.server.closeIdleConnections();
      if (performance.now() - begunAt < GRACE_MS) return;
      for (const [socket, requests] of asked) if (requests === 0) socket.destroy();
    }, LOOK_MS);
    done();
  });
  app.addHook('onClose', (_app, done) => {
    clearInterval(looking);
    done();
  });
};
