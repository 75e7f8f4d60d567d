/** A file of text that a person names, whole and within a limit. Nothing is read that isn't a plain file. */
import { err, ok, type Result } from '@mhb/core-domain';
import { readFileSync, statSync } from 'node:fs';

export type TextFileFailure =
  | { readonly type: 'NoSuchFile' | 'FileNotReadable' | 'NotText' }
  | { readonly type: 'FileTooLarge'; readonly limit_mib: number };

const BYTES_PER_MIB = 1024 * 1024;

export const readTextFile = (
  path: string,
  { mibMax }: { readonly mibMax: number },
): Result<string, TextFileFailure> => {
  const bytes = readBytes(path, mibMax);
  if (!bytes.ok) return bytes;
  try {
    // A byte order mark, which spreadsheets write, is left out by the decoder.
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value));
  } catch {
    return err({ type: 'NotText' });
  }
};

const readBytes = (path: string, mibMax: number): Result<Uint8Array, TextFileFailure> => {
  try {
    const stat = statSync(path);
    // A pipe or a device could be read for ever.
    if (!stat.isFile()) return err({ type: 'FileNotReadable' });
    if (stat.size > mibMax * BYTES_PER_MIB) return err({ type: 'FileTooLarge', limit_mib: mibMax });
    return ok(readFileSync(path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === undefined) throw error;
    return err({ type: code === 'ENOENT' || code === 'ENOTDIR' ? 'NoSuchFile' : 'FileNotReadable' });
  }
};
