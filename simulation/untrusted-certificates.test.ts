/** A service behind TLS whose certificate does not vouch for it: it is told nothing, and the person is told why. */
import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUTHORITY, GOOD, GOOD_KEY, OF_ANOTHER_ADDRESS, RUN_OUT, RUN_OUT_KEY } from './certificates.ts';
import { openWorld, turnSyncOn, type World } from './world.ts';

let world: World;
const trusted = getCACertificates('default');
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => {
  setDefaultCACertificates(trusted);
  return world.close();
});

/** Passes on to the service; counts the requests that came through its door. */
const openBehindTls = async (tls: { readonly cert: string; readonly key: string }) => {
  let asked = 0;
  const server = createServer(tls, (request, response) => {
    asked += 1;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      void fetch(world.url + (request.url ?? ''), {
        method: request.method ?? 'GET',
        headers: Object.fromEntries(
          ['authorization', 'content-type', 'mhb-protocol'].flatMap((name) => {
            const value = request.headers[name];
            return typeof value === 'string' ? [[name, value]] : [];
          }),
        ),
        ...(parts.length === 0 ? {} : { body: Buffer.concat(parts) }),
      }).then(async (answer) => {
        for (const name of ['content-type', 'mhb-protocol'])
          response.setHeader(name, answer.headers.get(name) ?? '');
        response.statusCode = answer.status;
        response.end(await answer.text());
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  return {
    url: `https://127.0.0.1:${String(port)}`,
    asked: () => asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
};

test('[O10] a service whose certificate vouches for it is synced with', async () => {
  setDefaultCACertificates([...trusted, AUTHORITY]);
  const service = await openBehindTls({ cert: GOOD, key: GOOD_KEY });
  const { api_key } = await world.newAccount();
  const device = await world.newDevice();
  await turnSyncOn(device, { url: service.url, api_key });
  expect(await device.run('get_sync_status')).toMatchObject({ phase: 'on', last_failure: null });
  await service.close();
});

test.each([
  ['has run out', { cert: RUN_OUT, key: RUN_OUT_KEY }, [AUTHORITY]],
  ['is of another address', { cert: OF_ANOTHER_ADDRESS, key: GOOD_KEY }, [AUTHORITY]],
  ['is by nobody who is trusted', { cert: GOOD, key: GOOD_KEY }, []],
])(
  '[F35] a service whose certificate %s is not spoken to, and the reason is said',
  async (_what, tls, authorities) => {
    setDefaultCACertificates([...trusted, ...authorities]);
    const service = await openBehindTls(tls);
    const { api_key } = await world.newAccount();
    const device = await world.newDevice();
    const answer = await device.call('enable_sync', { url: service.url, api_key });
    expect(answer).toMatchObject({ error: { type: 'CertificateNotTrusted' } });
    expect(service.asked()).toBe(0);
    await service.close();
  },
);
