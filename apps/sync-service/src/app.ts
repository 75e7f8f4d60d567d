/** The HTTP application: guards, routes, answers. Tested through `app.inject`, without a port. */
import { type ErrorCode, errorCodes, limits } from '@mhb/core-domain/wire';
import { randomBytes, randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import Fastify, {
  type FastifyHttpOptions,
  type FastifyInstance,
  LogController,
  type RawServerDefault,
} from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { RandomDep } from './accounts/accounts.ts';
import { isLastAnswered, refuseUnclearRequests } from './http/clear-requests.ts';
import type { DatabaseDep } from './database/database.ts';
import type { Durability } from './database/durability.ts';
import { answerErrors, answerUnreadableAddress, OF_EVERY_ANSWER } from './http/errors.ts';
import { endIdleConnections, KEEP_ALIVE_MS } from './http/idle-connections.ts';
import { parseJsonBody } from './http/json-body.ts';
import { HeadStreams } from './events/head-streams.ts';
import { logRequests } from './http/log.ts';
import type { Metrics } from './metrics.ts';
import { documentService } from './openapi/document.ts';
import { problemOf, Refusal } from './http/problem.ts';
import { negotiateProtocol } from './http/protocol-version.ts';
import { DEFAULT_QUOTA, type Quota } from './records/quota.ts';
import { openRateLimits } from './http/rate-limits.ts';
import { accountRoutes } from './routes/account.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { deviceRoutes } from './routes/devices.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes, isReady } from './routes/health.ts';
import { holdingRoutes } from './routes/holding.ts';
import { keyringRoutes } from './routes/keyring.ts';
import { pairingRoutes } from './routes/pairing.ts';
import { syncRoutes } from './routes/sync.ts';
import { cutSlowReaders } from './http/slow-readers.ts';
import type { Tls } from './http/tls.ts';
import { refusePlainHttp, type TrustedProxies } from './http/trusted-proxies.ts';

/** How often Node looks for requests that are too slow; its own half a minute would triple the limits. */
const SLOW_CHECK_MS = 2_000;

type ServerOptions = FastifyHttpOptions<RawServerDefault>;

/** Of the server below the application, with TLS and without. */
const http = {
  maxHeaderSize: limits.HEADER_BYTES_MAX,
  headersTimeout: limits.HEADERS_TIMEOUT_MS,
  requestTimeout: limits.REQUEST_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: SLOW_CHECK_MS,
  requireHostHeader: false,
} as const;

export interface AppDeps extends DatabaseDep, Partial<RandomDep> {
  readonly durability: Durability;
  readonly quota?: Quota;
  /** Of one API key; 0, or nothing, for no limit of any kind. */
  readonly requestsPerMinute?: number;
  /** Where what is answered is counted, if anywhere. */
  readonly metrics?: Metrics | undefined;
  /** Nothing for plain http. */
  readonly tls?: Tls | undefined;
  readonly trustedProxies?: TrustedProxies | undefined;
  /** Whether it was told to stop, and soon takes nothing any more. */
  readonly isDraining?: () => boolean;
  readonly logger: NonNullable<ServerOptions['logger']>;
}

export const createApp = async ({
  logger,
  requestsPerMinute = 0,
  metrics,
  tls,
  trustedProxies,
  ...given
}: AppDeps): Promise<FastifyInstance> => {
  const app = Fastify(optionsOf({ logger, tls, trustedProxies }));

  app.setValidatorCompiler(validatorCompiler);
  // Our own answers are right by type; checking a page of a thousand records again would cost more than reading it.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  readJsonBodies(app);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(OF_EVERY_ANSWER);
    done();
  });
  refuseUnclearRequests(app);
  if (trustedProxies !== undefined) refusePlainHttp(app, trustedProxies);
  negotiateProtocol(app);
  cutSlowReaders(app);
  endIdleConnections(app);
  logRequests(app);
  answerErrors(app);

  const rates = await openRateLimits(app, requestsPerMinute);
  const deps = { quota: DEFAULT_QUOTA, randomBytes, ...given, rates, heads: openHeads(app, given) };
  metrics?.observe(app, {
    openStreams: () => deps.heads.count,
    isReady: () => isReady(deps),
    connections: deps.database.connections,
  });
  await documentService(app);
  await app.register((routes) => {
    healthRoutes(routes.withTypeProvider<ZodTypeProvider>(), deps);
    apiKeyRoutes(routes.withTypeProvider<ZodTypeProvider>(), deps);
    deviceRoutes(routes.withTypeProvider<ZodTypeProvider>(), deps);
    keyringRoutes(routes.withTypeProvider<ZodTypeProvider>(), deps);
    pairingRoutes(routes.withTypeProvider<ZodTypeProvider>(), deps);
    syncRoutes(routes.withTypeProvider<ZodTypeProvider>(), deps);
    eventRoutes(routes.withTypeProvider<ZodTypeProvider>(), deps);
    accountRoutes(routes.withTypeProvider<ZodTypeProvider>(), deps);
    holdingRoutes(routes.withTypeProvider<ZodTypeProvider>(), deps);
    return Promise.resolve();
  });
  app.get('/openapi.json', { schema: { response: { 200: OpenApi } } }, () => app.swagger());
  return app;
};

const optionsOf = ({
  logger,
  tls,
  trustedProxies,
}: Pick<AppDeps, 'logger' | 'tls' | 'trustedProxies'>): ServerOptions => ({
  logger,
  logController: new LogController({ disableRequestLogging: true }),
  genReqId: () => randomUUID(),
  bodyLimit: limits.BODY_BYTES_MAX,
  requestTimeout: limits.REQUEST_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  forceCloseConnections: 'idle',
  // On a connection that stands, what comes while the service stops is answered, and ends it; Fastify's own 503 is no
  // document of ours (rule D10).
  return503OnClosing: false,
  http,
  ...(tls === undefined ? {} : { serverFactory: (listener) => tls.createServer(http, listener) }),
  // Of anybody else X-Forwarded-For and its like are not read.
  ...(trustedProxies === undefined ? {} : { trustProxy: trustedProxies.include }),
  clientErrorHandler: answerBrokenRequest,
  frameworkErrors: answerUnreadableAddress,
});

/** Streams never end by themselves, so they are ended before the service waits for what it has begun. */
const openHeads = (app: FastifyInstance, { database }: DatabaseDep): HeadStreams => {
  const heads = new HeadStreams(database);
  app.addHook('onReady', (done) => {
    heads.listen();
    done();
  });
  app.addHook('preClose', (done) => {
    heads.endAll();
    done();
  });
  app.addHook('onClose', () => heads.close());
  return heads;
};

const readJsonBodies = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(typeof body === 'string' ? Buffer.from(body) : body));
    } catch (error) {
      done(error instanceof Error ? error : new Refusal('invalid_request'));
    }
  });
};

/** The document of the service itself. */
const OpenApi = z.looseObject({ openapi: z.literal('3.1.0'), paths: z.looseObject({}) });

const brokenRequestCodes: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  // A slow line is nobody's mistake: the device tries again.
  ERR_HTTP_REQUEST_TIMEOUT: 'unavailable',
};

/** There is no connection yet that an answer could go over: what came was no TLS, or gave up on it. */
const isOfTls = (code: string): boolean => /^(?:ERR_SSL_|ERR_TLS_|EPROTO)/.test(code);

/** What is not HTTP, or has too many headers, never reaches a route. */
const answerBrokenRequest: NonNullable<ServerOptions['clientErrorHandler']> = (error, socket) => {
  if (isOfTls(error.code)) {
    socket.destroy();
    return;
  }
  if (!socket.writable || error.code === 'ECONNRESET' || isLastAnswered(socket)) return;
  const code = brokenRequestCodes[error.code] ?? 'invalid_request';
  const body = JSON.stringify(problemOf(code));
  const { status } = errorCodes[code];
  socket.end(
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-type: application/problem+json\r\n` +
      Object.entries(OF_EVERY_ANSWER)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('') +
      `content-length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
  );
};
