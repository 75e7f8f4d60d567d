/** The same bodies through a bare server of Node that does nothing but read, parse and answer. Shown beside the floor. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Exchange {
  readonly request: string;
  readonly answer: string;
}

/** Milliseconds for all of them, one after the other; each body is parsed where it arrives. */
export const timeExchanges = async (exchanges: readonly Exchange[]): Promise<number> => {
  let turn = 0;
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      JSON.parse(body.toString('utf8'));
      response.setHeader('content-type', 'application/json');
      response.end(exchanges[turn]?.answer);
      turn += 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const begunAt = performance.now();
    for (const { request } of exchanges) {
      const answer = await fetch(`http://127.0.0.1:${String(port)}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: request,
      });
      JSON.parse(await answer.text());
    }
    return performance.now() - begunAt;
  } finally {
    server.close();
    server.closeAllConnections();
  }
};
