/** A data folder with a year of a person's entries, imported once and copied for each window that wants it. */
import { cpSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHostedDevice } from '../host/open-device.ts';
import { newFolder } from './window.testing.ts';

const ORIGINAL = fileURLToPath(new URL('../../../fixtures/original-app.db', import.meta.url));

let imported: Promise<string> | undefined;

/** A fresh copy of the year. */
export const folderWithYear = async (): Promise<string> => {
  imported ??= importYear();
  const copy = newFolder();
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(await imported, copy, { recursive: true });
  return copy;
};

const importYear = async (): Promise<string> => {
  const dataDir = newFolder();
  const opened = await openHostedDevice({ dataDir });
  if (!opened.ok) throw new Error(`No device: ${opened.error.type}`);
  const answer = await opened.value.device.call('import_original', {
    file: ORIGINAL,
    time_zone: 'Europe/Berlin',
  });
  opened.value.close();
  if ('error' in answer) throw new Error(answer.error.message);
  return dataDir;
};
