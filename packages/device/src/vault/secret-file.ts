/** The secrets in a file of their own (rule E9). */
import { err, ok, type Result } from '@mhb/core-domain';
import { readPrivateFile, removePrivateFile, writePrivateFile } from '../private-file.ts';
import {
  formatSecrets,
  parseSecrets,
  type SecretsNotWritten,
  type SecretStore,
  type SecretsUnreadable,
} from './secrets.ts';

/** How the file's text is kept; where the database is encrypted, so is this. */
export interface TextCodec {
  readonly encode: (text: string) => string;
  /** `undefined` for what can't be read; reads what was written before or after encryption was turned on. */
  readonly decode: (text: string) => string | undefined;
}

const inTheClear: TextCodec = { encode: (text) => text, decode: (text) => text };

/** The folder of `path` exists. */
export const secretFile = (path: string, codec: TextCodec = inTheClear): SecretStore => {
  const read: SecretStore['read'] = () => {
    const kept = readPrivateFile(path);
    if (!kept.ok) return unreadable(kept.error);
    if (kept.value === undefined) return ok(undefined);
    const text = codec.decode(kept.value);
    const secrets = text === undefined ? undefined : parseSecrets(text);
    return secrets === undefined ? unreadable('Damaged') : ok(secrets);
  };
  return {
    where: 'file',
    read,
    write: (secrets) => {
      const held = read();
      if (!held.ok) return held;
      const text = codec.encode(formatSecrets(secrets));
      return attempt(() => {
        writePrivateFile(path, text);
      });
    },
    clear: () =>
      attempt(() => {
        removePrivateFile(path);
      }),
  };
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
