/**
 * The secrets in a file of mode 0600, replaced whole or not at all (rule E9). A link, or a file of somebody else, is
 * not followed: it would put the keys where others choose.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import {
  formatSecrets,
  parseSecrets,
  type SecretsNotWritten,
  type SecretStore,
  type SecretsUnreadable,
} from './secrets.ts';

const OWNER_ONLY = 0o600;
const onWindows = process.platform === 'win32';
const OPEN_NO_LINK = fs.constants.O_RDONLY | (onWindows ? 0 : fs.constants.O_NOFOLLOW);

/** The folder of `path` exists. Windows has no such modes; there the person's own folder is closed to others. */
export const secretFile = (path: string): SecretStore => {
  const read: SecretStore['read'] = () => {
    const text = readOwnFile(path);
    if (!text.ok) return text;
    if (text.value === undefined) return ok(undefined);
    const secrets = parseSecrets(text.value);
    return secrets === undefined ? unreadable('Damaged') : ok(secrets);
  };
  return {
    where: 'file',
    read,
    write: (secrets) => {
      const held = read();
      if (!held.ok) return held;
      const text = formatSecrets(secrets);
      return attempt(() => {
        writeFileAtomic.sync(path, text, { mode: OWNER_ONLY, fsync: true });
        syncFolderOf(path);
      });
    },
    clear: () =>
      attempt(() => {
        fs.rmSync(path, { force: true });
        syncFolderOf(path);
      }),
  };
};

const readOwnFile = (path: string): Result<string | undefined, SecretsUnreadable> => {
  let file: number | undefined;
  try {
    // Before opening, as opening a pipe would wait for ever.
    if (!fs.lstatSync(path).isFile()) return unreadable('NotAFile');
    file = fs.openSync(path, OPEN_NO_LINK);
    const { uid, mode } = fs.fstatSync(file);
    if (process.getuid !== undefined && uid !== process.getuid()) return unreadable('AnotherOwner');
    // A copy that came back from a backup may have been left open to others.
    if (!onWindows && (mode & 0o077) !== 0) fs.fchmodSync(file, OWNER_ONLY);
    return ok(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? ok(undefined) : unreadable('NoAccess');
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
};

/** Renaming and removing survive a power cut only once the folder itself is on the disk. Windows can't do this. */
const syncFolderOf = (path: string): void => {
  if (onWindows) return;
  const folder = fs.openSync(dirname(path), 'r');
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
};

const attempt = (act: () => void): Result<void, SecretsNotWritten> => {
  try {
    act();
    return ok(undefined);
  } catch {
    return err({ type: 'SecretsNotWritten' });
  }
};

const unreadable = (reason: SecretsUnreadable['reason']) =>
  err<SecretsUnreadable>({ type: 'SecretsUnreadable', reason });

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
