/** A real device with the years of a heavy user in a file of its own, and that file through the bare driver. */
import { TimeZone } from '@mhb/core-domain';
import { connectSyncApi, type Device, openDevice, secretFile } from '@mhb/device';
import Driver from 'better-sqlite3-multiple-ciphers';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chanceFrom } from './chance.ts';
import { HOME, type Life, NOW } from './heavy-user.ts';
import { historyDocument } from './ten-years.ts';

export interface HistoryDevice {
  /** The value of a command that must succeed. */
  readonly ask: (command: string, input: object) => Promise<unknown>;
  /** The same file through the driver and nothing else. */
  readonly floor: Driver.Database;
  /** Imports some years of this life, as a person imports an export; those that are here already stay as they are. */
  readonly liveThrough: (life: Life, years: { firstYear: number; years: number }) => Promise<void>;
  readonly close: () => void;
}

export const openHistoryDevice = async (folder: string): Promise<HistoryDevice> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const databasePath = join(folder, 'device.db');
  const device = await openWith(databasePath, folder);
  const ask = async (command: string, input: object): Promise<unknown> => {
    const answer = await device.call(command, input);
    if ('error' in answer) throw new Error(`${command} was refused: ${JSON.stringify(answer.error)}`);
    return answer.value;
  };
  const floor = new Driver(databasePath, { readonly: true });
  return {
    ask,
    floor,
    liveThrough: async (life, years) => {
      const file = join(folder, 'export.json');
      writeFileSync(file, historyDocument(life, years));
      const { skipped } = (await ask('import_json', { file })) as { readonly skipped: number };
      if (skipped > 0) throw new Error(`${String(skipped)} generated records are not usable`);
      rmSync(file);
    },
    close: () => {
      floor.close();
      device.close();
    },
  };
};

const openWith = async (databasePath: string, folder: string): Promise<Device> => {
  const chance = chanceFrom(1);
  const device = await openDevice({
    databasePath,
    clock: { nowMs: () => NOW },
    timeZone: () => TimeZone.parse(HOME),
    randomBytes: (length) => Uint8Array.from({ length }, () => Math.floor(chance() * 256)),
    connect: connectSyncApi,
    temporaryFolder: folder,
    backupFolder: join(folder, 'backups'),
    openSecrets: () => Promise.resolve(secretFile(join(folder, 'secrets.json'))),
    onProgress: () => undefined,
  });
  if (!device.ok) throw new Error(`the device did not open: ${device.error.type}`);
  return device.value;
};
