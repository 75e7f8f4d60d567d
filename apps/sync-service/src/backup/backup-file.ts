/**
 * A backup as a file: lines of JSON, compressed. The first line says what it is, each further one holds rows of one
 * table as Postgres writes them, and the last one says how many there were, so that a file that was cut short is known.
 *
 *   {"format": "mhb-sync-backup", "version": 1, "schema": 2, "made_at": "…"}
 *   {"table": "account", "rows": [ … ]}
 *   {"end": true, "rows": {"account": 3, …}}
 *
 * What it holds is what the service holds: sealed records, hashes of keys, sizes and days. Nothing in it can be read
 * without the recovery phrase of its account.
 */
import { open, rename, rm } from 'node:fs/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { StartProblem } from '../failures.ts';

/** In the order in which they can be filled. */
export const TABLES = ['account', 'api_key', 'keyring', 'batch', 'record', 'device', 'mailbox'] as const;
export type Table = (typeof TABLES)[number];

export const BackupHead = z.object({
  format: z.literal('mhb-sync-backup'),
  version: z.literal(1),
  /** How many migrations had run. */
  schema: z.int().min(1),
  made_at: z.iso.datetime(),
});
export type BackupHead = z.infer<typeof BackupHead>;

export const BackupRows = z.object({
  table: z.enum(TABLES),
  rows: z.array(z.record(z.string(), z.unknown())),
});
export const BackupEnd = z.object({ end: z.literal(true), rows: z.record(z.enum(TABLES), z.int().min(0)) });

/** Writes lines beside the path, for this user alone, and gives them their name once all of them are on the disk. */
export const writeBackupFile = async (path: string, lines: AsyncIterable<string>): Promise<void> => {
  const part = `${path}.part`;
  const target = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw fileProblem(error);
  });
  await target.close();
  try {
    const file = createWriteStream(part, { mode: 0o600, flush: true });
    await pipeline(lines, createGzip({ level: 1 }), file);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    await rm(path, { force: true });
    throw fileProblem(error);
  }
};

/** The lines of a backup, one after the other. */
export async function* readBackupFile(path: string): AsyncGenerator {
  const unzipped = createGunzip().setEncoding('utf8');
  // What breaks it is thrown to whoever reads.
  pipeline(createReadStream(path), unzipped).catch(() => undefined);
  try {
    let rest = '';
    for await (const chunk of unzipped) {
      const lines = `${rest}${String(chunk)}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line);
    }
    if (rest !== '') yield JSON.parse(rest);
  } catch (error) {
    throw error instanceof SyntaxError || isOfZlib(error) ? damaged() : fileProblem(error);
  }
}

export const damaged = (): StartProblem =>
  new StartProblem(
    'This is no whole backup: it is damaged, or was cut short. Nothing was restored; take another one.',
  );

const isOfZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

const fileProblem = (error: unknown): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST')
    return new StartProblem('There is such a file already. Give the backup another name.');
  if (code === 'ENOENT') return new StartProblem('There is no such file or folder.');
  if (code === 'EISDIR') return new StartProblem('That is a folder. Give the backup a name in it.');
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new StartProblem('That file may not be read or written by this user.');
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new StartProblem('The disk is full. Nothing was written.');
  return error;
};
