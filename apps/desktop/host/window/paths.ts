/** Which commands take a path of this computer. The page may name none; it sends and fetches files itself. */
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

export const importing: ReadonlySet<string> = new Set([
  'import_daylio',
  'import_json',
  'import_original',
  'restore_backup',
]);
export const exporting: ReadonlySet<string> = new Set(['export_csv', 'export_json']);

/** Whether the call names a file; a backup that the device itself lists is none. */
export const namesPath = (name: string, input: unknown, dataDir: string): boolean => {
  if (name === 'restore_backup') return !isBackupOf(dataDir, input);
  return importing.has(name) || exporting.has(name);
};

const isBackupOf = (dataDir: string, input: unknown): boolean => {
  const given = z.object({ file: z.string() }).safeParse(input).data;
  return given !== undefined && dirname(resolve(given.file)) === resolve(join(dataDir, 'backups'));
};
