/**
 * Whether a request comes from our own page, as the browser tells it. Keeps out names that lead to this computer
 * (DNS rebinding), other sites and other programs' pages on other ports.
 */
import type { IncomingMessage } from 'node:http';
import { refused, type Refused } from './answers.ts';

/** `undefined` for a request that may go on. */
export const refuseForeign = (request: IncomingMessage, port: number): Refused | undefined =>
  refuseShape(request) ?? refuseHost(request, port) ?? refuseSite(request);

const refuseShape = ({ method = '', url = '' }: IncomingMessage): Refused | undefined => {
  if (!['GET', 'HEAD', 'POST'].includes(method))
    return refused(405, 'WrongMethod', 'Only GET and POST here.');
  // A whole address in its place would name a host of its own.
  return url.startsWith('/') ? undefined : refused(400, 'WrongRequest', 'That is not a path.');
};

const refuseHost = ({ rawHeaders }: IncomingMessage, port: number): Refused | undefined => {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host');
  const [host] = hosts;
  if (host === undefined || hosts.length > 1)
    return refused(400, 'WrongRequest', 'The request names no host, or several.');
  return [`127.0.0.1:${String(port)}`, `localhost:${String(port)}`].includes(host)
    ? undefined
    : refused(421, 'WrongHost', 'This is not a server of that name.');
};

const refuseSite = ({ method, headers }: IncomingMessage): Refused | undefined => {
  const { origin, host = '' } = headers;
  const site = headers['sec-fetch-site'];
  const isOurs = origin === undefined ? method !== 'POST' : origin === `http://${host}`;
  // An address that was typed, or that we had a browser open.
  const isTyped = site === 'none' && method !== 'POST' && [undefined, 'navigate'].includes(modeOf(headers));
  const isOurSite = site === undefined || site === 'same-origin' || isTyped;
  return isOurs && isOurSite
    ? undefined
    : refused(403, 'WrongOrigin', 'Only the app’s own page may ask this.');
};

const modeOf = (headers: IncomingMessage['headers']): string | undefined => {
  const mode = headers['sec-fetch-mode'];
  return typeof mode === 'string' ? mode : undefined;
};
