/**
 * A line between the service and its Postgres that counts statements and has the service killed at one of them.
 *
 *   service ──► statement, statement, … ──► [ counted ] ──► Postgres     before: it never arrives, nor what follows
 *                                           ◄── answer ──                after: it was done, and nobody hears of it
 */
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Side } from './cut-at-statement.ts';

export interface CountedPostgres {
  readonly url: string;
  /** Begins to count anew, and kills at this statement. */
  readonly cutAt: (statement: number, side: Side, kill: () => void) => void;
  /** Carries everything again. */
  readonly mend: () => void;
  /** Statements since then. */
  readonly count: () => number;
  readonly close: () => Promise<void>;
}

const SYNC = 'S'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);

export const openCounted = async (folder: string): Promise<CountedPostgres> => {
  let counted = 0;
  let target: { readonly statement: number; readonly side: Side; readonly kill: () => void } | undefined;
  const sockets = new Set<Socket>();

  const carry = (service: Socket): void => {
    const postgres = connect(join(folder, '.s.PGSQL.5432'));
    const end = (): void => {
      service.destroy();
      postgres.destroy();
    };
    // Which ReadyForQuery is the answer of the statement to break after; the first one ends the start.
    let asked = 1;
    let ready = 0;
    let breakAfter = 0;
    const fromService = splitter(true, (message, isStatement) => {
      // What stands behind the cut was never sent.
      if (target !== undefined && counted >= target.statement) return;
      if (isStatement) {
        counted += 1;
        asked += 1;
        if (counted === target?.statement) {
          if (target.side === 'before') {
            target.kill();
            return;
          }
          breakAfter = asked;
        }
      }
      postgres.write(message);
    });
    const fromPostgres = splitter(false, (message) => {
      if (message[0] === READY) ready += 1;
      if (breakAfter > 0 && ready >= breakAfter) target?.kill();
      else service.write(message);
    });
    for (const socket of [service, postgres]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    service.on('data', fromService);
    postgres.on('data', fromPostgres);
  };
  const server = createServer(carry);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has a port');
  return {
    url: `postgres://mhb@127.0.0.1:${String(address.port)}/postgres`,
    cutAt: (statement, side, kill) => {
      counted = 0;
      target = { statement, side, kill };
    },
    mend: () => {
      target = undefined;
    },
    count: () => counted,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/**
 * Cuts a stream of Postgres's protocol into what is passed on together: a message of Postgres, or of the service all
 * messages of a statement up to its Sync. The first message of the service has no letter.
 */
const splitter = (
  isService: boolean,
  pass: (message: Buffer, isStatement: boolean) => void,
): ((bytes: Buffer) => void) => {
  let waiting = Buffer.alloc(0);
  let group: Buffer[] = [];
  let hasStarted = !isService;
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    for (;;) {
      const letters = hasStarted ? 1 : 0;
      if (waiting.length < letters + 4) return;
      const length = letters + waiting.readUInt32BE(letters);
      if (waiting.length < length) return;
      const message = waiting.subarray(0, length);
      waiting = waiting.subarray(length);
      const isStatement = isService && hasStarted && (message[0] === SYNC || message[0] === QUERY);
      const isAlone = !isService || !hasStarted || isStatement || message[0] === 'X'.charCodeAt(0);
      hasStarted = true;
      group.push(message);
      if (!isAlone) continue;
      const together = Buffer.concat(group);
      group = [];
      pass(together, isStatement);
    }
  };
};
