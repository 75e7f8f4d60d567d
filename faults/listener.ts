/** A line between a device and the service on which somebody listens to every byte, in both directions. */
import { connect, createServer, type Socket } from 'node:net';

export interface Line {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export const openLine = async (
  trueUrl: string,
  hear: (bytes: Buffer, from: Socket) => void,
): Promise<Line> => {
  const port = Number(new URL(trueUrl).port);
  const sockets = new Set<Socket>();
  const server = createServer((here) => {
    const there = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [here, there],
      [there, here],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        hear(bytes, from);
      });
      from.pipe(to);
      from
        .on('error', () => to.destroy())
        .on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has a port');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
