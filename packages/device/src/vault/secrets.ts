/**
 * What a device keeps to sync: whose account it is, its API key and the master secret (rule E9). Whoever reads this
 * reads everything, so it lives in the operating system's key chain or in a file that only its owner can read.
 */
import type { Result } from '@mhb/core-domain';
import { AccountId } from '@mhb/core-domain/wire';
import { z } from 'zod';

/** 32 bytes as hex. */
const MasterSecret = z.string().regex(/^[0-9a-f]{64}$/);

export const SyncSecrets = z
  .strictObject({
    account_id: AccountId,
    api_key: z.string().min(1),
    master_secret: MasterSecret,
    /** Only from when it is shown until it has been confirmed. */
    recovery_phrase: z.exactOptional(z.string().min(1)),
    /**
     * Only while the recovery phrase or the keys are being changed: both master secrets stay until it is certain which
     * one the service's keyring opens with. Where the phrase alone is replaced they are the same.
     */
    change: z.exactOptional(
      z
        .strictObject({
          recovery_phrase: z.string().min(1),
          old_master_secret: MasterSecret,
          new_master_secret: MasterSecret,
        })
        .readonly(),
    ),
  })
  .readonly();
export type SyncSecrets = z.infer<typeof SyncSecrets>;

/**
 * Something is there but can't be read: damaged, closed to us, owned by somebody else, not a plain file, or in a
 * key chain that does not answer. It is kept as it is.
 */
export interface SecretsUnreadable {
  readonly type: 'SecretsUnreadable';
  readonly reason: 'Damaged' | 'NoAccess' | 'AnotherOwner' | 'NotAFile' | 'KeyChainClosed';
}

/** The disk or the key chain did not take it; what was there before is still there. */
export interface SecretsNotWritten {
  readonly type: 'SecretsNotWritten';
}

export interface SecretStore {
  /** Settings says which. */
  readonly where: 'key chain' | 'file';
  /** `undefined` where nothing was ever kept. */
  readonly read: () => Result<SyncSecrets | undefined, SecretsUnreadable>;
  /** Refuses to replace what it can't read: those may be the only keys to somebody's entries. */
  readonly write: (secrets: SyncSecrets) => Result<void, SecretsUnreadable | SecretsNotWritten>;
  /** Removes whatever is there, readable or not. */
  readonly clear: () => Result<void, SecretsNotWritten>;
}

export const formatSecrets = (secrets: SyncSecrets): string => JSON.stringify(SyncSecrets.parse(secrets));

/** `undefined` for a text that `formatSecrets` did not make. */
export const parseSecrets = (text: string): SyncSecrets | undefined => {
  try {
    return SyncSecrets.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
