/** The service as an operator runs it, in a process of its own whose memory can be asked for, with as many accounts as needed. */
import { temporaryFolder } from '@mhb/device/testing';
import { createAccount, openServiceDatabase } from '@mhb/sync-service';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { type RunningService, startService } from '../simulation/programs.ts';

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  /** Buffers among it. */
  readonly external: number;
}

export interface WatchedService extends RunningService {
  readonly folder: string;
  readonly newAccount: () => Promise<{ readonly accountId: string; readonly apiKey: string }>;
  /** After a collection of garbage, in bytes. */
  readonly memory: () => Promise<Memory>;
  readonly close: () => Promise<void>;
}

export const startWatchedService = async (): Promise<WatchedService> => {
  const folder = temporaryFolder();
  const memoryFile = join(folder, 'memory.json');
  const program = fileURLToPath(new URL('./memory-on-signal.ts', import.meta.url));
  const service = await startService(join(folder, 'service'), 0, {
    NODE_OPTIONS: `--expose-gc --import=${program}`,
    MHB_MEMORY_FILE: memoryFile,
  });
  const past = await openServiceDatabase({
    url: undefined,
    dataDir: join(folder, 'service'),
    purpose: 'command',
    say: () => undefined,
  });
  return {
    ...service,
    folder,
    newAccount: () => createAccount(past),
    memory: () => {
      rmSync(memoryFile, { force: true });
      process.kill(service.pid, 'SIGUSR2');
      return vi.waitFor(() => JSON.parse(readFileSync(memoryFile, 'utf8')) as Memory, 10_000);
    },
    close: async () => {
      await past.close();
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
