/**
 * What `npm start` and the walk remember from one start to the next, so that an interrupted one goes on. The recovery
 * phrase is in it because the history is a sample; nobody's own phrase belongs in a file.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';

export interface DemonstrationState {
  readonly port: number;
  readonly api_key?: string;
  readonly recovery_phrase?: string;
}

export interface StateFile {
  readonly read: () => DemonstrationState;
  readonly add: (facts: Partial<DemonstrationState>) => void;
}

const PORT_PREFERRED = 8737;

export const openState = async (folder: string): Promise<StateFile> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'demonstration.json');
  const write = (state: DemonstrationState): void => {
    writeFileSync(path, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  };
  const read = (): DemonstrationState => JSON.parse(readFileSync(path, 'utf8')) as DemonstrationState;
  if (!existsSync(path)) write({ port: await freePort() });
  return {
    read,
    add: (facts) => {
      write({ ...read(), ...facts });
    },
  };
};

const freePort = async (): Promise<number> => (await tryPort(PORT_PREFERRED)) ?? (await tryPort(0)) ?? 0;

/** The port itself, or any one for 0; `undefined` where another program has it. */
const tryPort = async (port: number): Promise<number | undefined> => {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' ? address?.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
};
