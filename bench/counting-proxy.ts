/** Counts every byte that a device and the service say to each other, headers and all; it changes none. */
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface CountingProxy {
  readonly url: string;
  /** Bytes since the last time this was asked. */
  readonly counted: () => { readonly up: number; readonly down: number };
  readonly close: () => void;
}

export const startCountingProxy = async (serviceUrl: string): Promise<CountingProxy> => {
  const { hostname, port } = new URL(serviceUrl);
  let [up, down] = [0, 0];
  const sockets = new Set<Socket>();
  const server = createServer((device) => {
    const service = connect(Number(port), hostname);
    device.on('data', (bytes) => (up += bytes.length));
    service.on('data', (bytes) => (down += bytes.length));
    for (const [from, to] of [
      [device, service],
      [service, device],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.end();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    counted: () => {
      const counted = { up, down };
      [up, down] = [0, 0];
      return counted;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
