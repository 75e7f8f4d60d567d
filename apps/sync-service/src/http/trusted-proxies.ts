/**
 * Who may speak plain http, and whose word on the origin of a request counts. What an API key opens must not cross a
 * network in the clear: http is for this computer itself and for a proxy that the operator trusts and that does TLS.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BlockList, isIP } from 'node:net';
import { StartProblem } from '../failures.ts';
import { Refusal } from './problem.ts';

export interface TrustedProxies {
  /** Whether the other end of a connection is one of them. */
  readonly include: (address: string) => boolean;
}

/** Addresses and networks with commas between them; `undefined` where one of them is none. */
export const parseProxies = (text: string): TrustedProxies | undefined => {
  const list = new BlockList();
  for (const part of text.split(',').map((each) => each.trim())) {
    const [address = '', bits, ...more] = part.split('/');
    const family = familyOf(address);
    if (family === undefined || more.length > 0) return undefined;
    if (bits === undefined) {
      list.addAddress(address, family);
      continue;
    }
    // Of /0 everybody on the network would be one.
    if (!/^[1-9]\d{0,2}$/.test(bits) || Number(bits) > BITS[family]) return undefined;
    list.addSubnet(address, Number(bits), family);
  }
  return { include: (address) => contains(list, address) };
};

const BITS = { ipv4: 32, ipv6: 128 } as const;

const familyOf = (address: string): 'ipv4' | 'ipv6' | undefined => {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
};

const contains = (list: BlockList, address: string): boolean => {
  const family = familyOf(address);
  return family !== undefined && list.check(address, family);
};

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this computer itself reaches what listens there. */
export const isLoopback = (host: string): boolean => host === 'localhost' || contains(loopback, host);

/** In one sentence, why the service may not listen like this; `undefined` where it may. */
export const plainHttpProblem = (given: {
  readonly host: string;
  readonly isTls: boolean;
  readonly proxies: TrustedProxies | undefined;
}): StartProblem | undefined =>
  given.isTls || given.proxies !== undefined || isLoopback(given.host)
    ? undefined
    : new StartProblem(
        `On ${given.host} API keys would cross the network in the clear. Give MHB_SYNC_TLS_CERTIFICATE_FILE and MHB_SYNC_TLS_KEY_FILE, or name the proxy that does TLS in MHB_SYNC_TRUSTED_PROXY.`,
      );

/** Supervisors ask these from wherever they are, and no secret is in them. */
const OPEN_TO_ALL: ReadonlySet<string> = new Set(['/health', '/ready']);

/** Refuses what came over a network without TLS on its whole way, as far as that can be told. */
export const refusePlainHttp = (app: FastifyInstance, proxies: TrustedProxies | undefined): void => {
  app.addHook('onRequest', (request, reply, done) => {
    if (isProtected(request, proxies) || OPEN_TO_ALL.has(request.url)) {
      done();
      return;
    }
    reply.header('connection', 'close');
    done(new Refusal('misdirected'));
  });
};

/** `ip` and `protocol` are what a trusted proxy says; of anybody else they are the connection's own. */
const isProtected = (request: FastifyRequest, proxies: TrustedProxies | undefined): boolean => {
  if (request.protocol === 'https' || isLoopback(request.ip)) return true;
  const isFromProxy = proxies?.include(request.socket.remoteAddress ?? '') === true;
  return isFromProxy && request.headers['x-forwarded-proto'] === undefined;
};
