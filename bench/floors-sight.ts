/**
 * The least way of one edit from a device to another's: commit to a file, seal, POST, commit to Postgres, notify, an
 * event on an open stream, fetch, open, commit to a file. Two files and a bare server of Node in one process, with
 * connections that stand; nothing is checked, merged or authenticated.
 */
import type Driver from 'better-sqlite3-multiple-ciphers';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import pg from 'pg';
import { openAll, padded, sealAll } from './floors-cipher.ts';
import { createAccount, readPage, storeBatch } from './floors-postgres.ts';
import { createDeviceFile } from './floors-sqlite.ts';
import type { Place } from './place.ts';
import { post } from './throughput-load.ts';

export interface SightFloor {
  /** Milliseconds from one edit to the other file. */
  readonly edit: () => Promise<number>;
  readonly close: () => Promise<void>;
}

const CHANNEL = 'floor_head';
const ENVELOPE = JSON.stringify({ v: 1, type: 'mood_entry', notes: 'x'.repeat(280) });
const ENTRY = `
  insert into mood_entry (id, mood_rating, mood_scale, recorded_at, time_zone, local_date, wall_time, created_at)
  values ('', 4, '1-7', '2026-01-01T08:00:00.000Z', 'Europe/Berlin', '2026-01-01', '2026-01-01T09:00:00',
    '2026-01-01T08:00:00.000Z')`;

/** A file with one check-in, and the prepared edit of it. */
const openFile = (
  path: string,
): { readonly edit: (envelope: string) => void; readonly close: () => void } => {
  const file = createDeviceFile(path);
  file.exec(ENTRY);
  file.prepare(`insert into record (id, kind, envelope, base) values ('', 'mood_entry', '', 0)`).run();
  const setNotes = file.prepare(`update mood_entry set notes = ? where id = ''`);
  const setEnvelope = file.prepare(`update record set envelope = ? where id = ''`);
  const enter = file.prepare(`insert or replace into outbox (record_id) values ('')`);
  const commit: Driver.Transaction<(envelope: string) => void> = file.transaction((envelope) => {
    setNotes.run(envelope);
    setEnvelope.run(envelope);
    enter.run();
  });
  return {
    edit: (envelope) => {
      commit.immediate(envelope);
    },
    close: () => file.close(),
  };
};

export const openSightFloor = async ({ connection, client, folder }: Place): Promise<SightFloor> => {
  const account = await createAccount(client);
  const [writer, listener] = [new pg.Client(connection), new pg.Client(connection)];
  // What went wrong before the service was stopped is the error to tell.
  for (const one of [writer, listener]) one.on('error', () => undefined);
  await Promise.all([writer.connect(), listener.connect()]);
  await listener.query(`listen ${CHANNEL}`);
  const id = randomBytes(16).toString('hex');
  const routes: Routes = {
    '/upload': async (body) => {
      const { sealed, head } = JSON.parse(body.toString('utf8')) as { sealed: string; head: number };
      const batch = { ids: [id], sealed: [Buffer.from(sealed, 'base64')], head };
      await storeBatch(writer, account, batch, 'kept', CHANNEL);
      return JSON.stringify({ head: head + 1 });
    },
    '/download': async (body) => {
      const { after } = JSON.parse(body.toString('utf8')) as { after: number };
      const rows = await readPage(writer, account, { after, limit: 1_000 });
      return JSON.stringify(
        rows.map(({ sealed, ...row }) => ({ ...row, sealed: sealed.toString('base64') })),
      );
    },
  };
  const { server, url } = await startServer(routes, listener);
  const files = [openFile(join(folder, 'floor-a.db')), openFile(join(folder, 'floor-b.db'))] as const;
  const agent = new Agent({ keepAlive: true });
  const events = await openEvents(`${url}/events`);
  let head = 0;
  return {
    edit: async () => {
      const begunAt = performance.now();
      files[0].edit(ENVELOPE);
      const [sealed] = sealAll([padded(ENVELOPE)]);
      const told = once(events, 'data');
      const uploaded = post(
        agent,
        `${url}/upload`,
        '',
        JSON.stringify({ head, sealed: sealed!.toString('base64') }),
      );
      await told;
      const page = await post(agent, `${url}/download`, '', JSON.stringify({ after: head }));
      const rows = JSON.parse(page) as readonly { readonly sealed: string }[];
      openAll(rows.map((row) => Buffer.from(row.sealed, 'base64')));
      files[1].edit(ENVELOPE);
      const ms = performance.now() - begunAt;
      await uploaded;
      head += 1;
      return ms;
    },
    close: async () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
      for (const file of files) file.close();
      await Promise.all([writer.end(), listener.end()]);
    },
  };
};

type Routes = Readonly<Record<string, (body: Buffer) => Promise<string>>>;

/** Whatever Postgres tells goes to every open stream. */
const startServer = async (
  routes: Routes,
  listener: pg.Client,
): Promise<{ readonly server: Server; readonly url: string }> => {
  const streams: ServerResponse[] = [];
  listener.on('notification', ({ payload = '' }) => {
    for (const stream of streams) stream.write(`data: ${payload}\n\n`);
  });
  const server = createServer((request, response) => {
    const route = routes[request.url ?? ''];
    if (route === undefined) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      streams.push(response);
      return;
    }
    void buffer(request)
      .then(route)
      .then((answer) => response.setHeader('content-type', 'application/json').end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
};

const openEvents = (url: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(url, resolve).on('error', reject);
  });
