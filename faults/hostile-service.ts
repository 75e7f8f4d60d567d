/**
 * A service that does what it likes with what a true one answers. It stands between a device and the service; what it
 * passes on is kept, so that it can be brought back later.
 */
import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Passed {
  readonly path: string;
  readonly request: unknown;
  readonly value: unknown;
  readonly text: string;
}

/** What is sent in place of the true answer. */
export interface Forged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
  /** The connection is cut after this many bytes of the body. */
  readonly cutAt?: number;
}

export type Forge = (passed: Passed, honest: Forged) => Forged;

export interface HostileService {
  readonly url: string;
  /** Everything that was truly answered. */
  readonly past: readonly Passed[];
  /** What was sent instead since it last became hostile, where it was sent whole. */
  readonly delivered: readonly Passed[];
  readonly become: (forge: Forge) => void;
  readonly close: () => Promise<void>;
}

export const honest: Forge = (_passed, answer) => answer;

export const openHostileService = async (trueUrl: string): Promise<HostileService> => {
  const past: Passed[] = [];
  let delivered: Passed[] = [];
  let forge = honest;
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const sent = await buffer(request);
      const path = request.url ?? '/';
      const answer = await fetch(trueUrl + path, {
        method: request.method ?? 'GET',
        headers: Object.fromEntries(
          ['authorization', 'content-type', 'mhb-protocol'].flatMap((name) => {
            const value = request.headers[name];
            return typeof value === 'string' ? [[name, value]] : [];
          }),
        ),
        ...(sent.length === 0 ? {} : { body: sent }),
      });
      const text = await answer.text();
      const passed = { path, request: parsed(sent.toString()), value: parsed(text), text };
      const headers = {
        'content-type': answer.headers.get('content-type') ?? 'application/json',
        'mhb-protocol': answer.headers.get('mhb-protocol') ?? '1-1',
      };
      const forged = forge(passed, { status: answer.status, headers, body: text });
      if (answer.status === 200) past.push(passed);
      if (forged.cutAt === undefined)
        delivered.push({ ...passed, text: forged.body.toString(), value: parsed(forged.body.toString()) });
      send(response, forged);
    };
    serve().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the hostile service has a port');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    past,
    get delivered() {
      return delivered;
    },
    become: (next) => {
      forge = next;
      delivered = [];
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const send = (response: ServerResponse, { status, headers, body, cutAt }: Forged): void => {
  const bytes = Buffer.from(body);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  if (cutAt === undefined) {
    response.end(bytes);
    return;
  }
  response.setHeader('content-length', bytes.length);
  response.write(bytes.subarray(0, cutAt), () => response.destroy());
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
