/** What the disk or the file can do to us, as plain answers instead of a driver's exceptions. */
import Driver from 'better-sqlite3-multiple-ciphers';

export type DatabaseFailure =
  | { readonly type: 'DiskFull' }
  | { readonly type: 'DiskFailed' }
  | { readonly type: 'FileDamaged' }
  | { readonly type: 'FileReadOnly' }
  | { readonly type: 'FolderInUse' };

/** `undefined` for an exception that is none of the disk's doing: a promise of ours is broken, let it be heard. */
export const databaseFailure = (error: unknown): DatabaseFailure | undefined => {
  const systemCode = isSystemError(error) ? error.code : undefined;
  if (systemCode === 'ENOSPC' || systemCode === 'EDQUOT') return { type: 'DiskFull' };
  if (systemCode === 'EROFS' || systemCode === 'EACCES' || systemCode === 'EPERM')
    return { type: 'FileReadOnly' };
  if (systemCode === 'EIO') return { type: 'DiskFailed' };
  if (!(error instanceof Driver.SqliteError)) return undefined;
  const code = error.code;
  if (code === 'SQLITE_FULL') return { type: 'DiskFull' };
  // The shared memory file is grown before anything is written to it, so there is no other reason.
  if (code === 'SQLITE_IOERR_SHMSIZE') return { type: 'DiskFull' };
  if (code.startsWith('SQLITE_IOERR')) return { type: 'DiskFailed' };
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return { type: 'FileDamaged' };
  // Our statements are the same on every device, and tests run them all: one that a file does not understand, because
  // a column has another name there or a text is no JSON any more, shows a file that was changed.
  if (code === 'SQLITE_ERROR') return { type: 'FileDamaged' };
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN'))
    return { type: 'FileReadOnly' };
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return { type: 'FolderInUse' };
  return undefined;
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error;
