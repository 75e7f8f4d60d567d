/**
 * Where this computer keeps the secrets of sync (rule E9): in the operating system's key chain where one answers,
 * else in a file that only its owner reads. Once kept in one of them they stay there:
 *
 *   MHB_KEY_STORE=file ──────────────────────► file
 *   the file is there ───────────────────────► file
 *   the mark is there ───────────────────────► key chain; while that is locked, reading says so
 *   neither, and the key chain passes a test ► key chain
 *   neither, and it does not ────────────────► file
 *
 * Without the mark a locked key chain would look like a computer on which sync was never set up.
 */
import { formatSecrets, parseSecrets, secretFile, type SecretStore, type TextCodec } from '@mhb/device';
import { existsSync, lstatSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canHaveKeyChain,
  type KeyChain,
  type LaterEntry,
  pinned,
  SERVICE,
  withinLimit,
} from './key-chain.ts';

export interface KeyStorePlace {
  readonly dataDir: string;
  /** Two devices on one computer, say for a trial, keep apart. */
  readonly deviceId: string;
  /** How the file keeps its text. */
  readonly codec?: TextCodec;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly loadKeyChain?: () => Promise<KeyChain>;
}

/** Opens without asking the key chain where none can be. A key chain that is silent is given up after 5 seconds. */
export const openSecretStore = async ({
  dataDir,
  deviceId,
  codec,
  environment = process.env,
  loadKeyChain = () => import('@napi-rs/keyring'),
}: KeyStorePlace): Promise<SecretStore> => {
  const path = join(dataDir, 'sync-secrets.json');
  const mark = join(dataDir, 'sync-secrets.in-key-chain');
  const inFile = environment.MHB_KEY_STORE === 'file' || lstatSync(path, { throwIfNoEntry: false });
  if (inFile) return secretFile(path, codec);
  const marked = existsSync(mark);
  const elsewhere = marked ? closedKeyChain : secretFile(path, codec);
  if (!canHaveKeyChain(environment)) return elsewhere;
  try {
    return await withinLimit(openKeyChain(await loadKeyChain(), { deviceId, mark, marked }));
  } catch {
    return elsewhere;
  }
};

interface Place {
  readonly deviceId: string;
  readonly mark: string;
  readonly marked: boolean;
}

const openKeyChain = async (
  { AsyncEntry, Entry }: KeyChain,
  { deviceId, mark, marked }: Place,
): Promise<SecretStore> => {
  if (!marked) await proveItKeeps(new AsyncEntry(SERVICE, `${deviceId} test`, pinned));
  // Asked once and without blocking, as a locked key chain waits for a person to type a password.
  let held = await new AsyncEntry(SERVICE, deviceId, pinned).getPassword();
  const entry = new Entry(SERVICE, deviceId, pinned);

  const read: SecretStore['read'] = () => {
    if (held === null) return { ok: true, value: undefined };
    const secrets = parseSecrets(held);
    return secrets === undefined
      ? { ok: false, error: { type: 'SecretsUnreadable', reason: 'Damaged' } }
      : { ok: true, value: secrets };
  };
  return {
    where: 'key chain',
    read,
    write: (secrets) => {
      const before = read();
      if (!before.ok) return before;
      const text = formatSecrets(secrets);
      return attempt(() => {
        // The mark first: secrets without it might not be looked for.
        writeFileSync(mark, '', { mode: 0o600 });
        entry.setPassword(text);
        held = text;
      });
    },
    clear: () =>
      attempt(() => {
        entry.deletePassword();
        held = null;
        rmSync(mark, { force: true });
      }),
  };
};

const proveItKeeps = async (entry: LaterEntry): Promise<void> => {
  await entry.setPassword('test');
  const kept = await entry.getPassword();
  await entry.deletePassword();
  if (kept !== 'test') throw new Error('the key chain does not keep what it is given');
};

const closed = { ok: false, error: { type: 'SecretsUnreadable', reason: 'KeyChainClosed' } } as const;

/** The secrets are in there, so nothing else may be taken for them. Opening again asks again. */
const closedKeyChain: SecretStore = {
  where: 'key chain',
  read: () => closed,
  write: () => closed,
  // Forgetting only the mark would bring the secrets back when the key chain opens.
  clear: () => ({ ok: false, error: { type: 'SecretsNotWritten' } }),
};

const attempt = (act: () => void): ReturnType<SecretStore['clear']> => {
  try {
    act();
    return { ok: true, value: undefined };
  } catch {
    return { ok: false, error: { type: 'SecretsNotWritten' } };
  }
};
