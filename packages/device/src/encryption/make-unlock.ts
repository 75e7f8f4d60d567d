/** What unlocks from now on: a passphrase that wraps the key, or the key chain that keeps it. */
import { err, ok, type Result } from '@mhb/core-domain';
import { type DatabaseKey, wrapWithPassphrase } from '../vault/database-key.ts';
import { calibrateCost } from '../vault/passphrase.ts';
import type { EncryptionPlace } from './encryption.ts';
import type { Lock } from './lock-file.ts';

export const makeUnlock = async (
  place: EncryptionPlace,
  {
    id,
    key,
    passphrase,
  }: { readonly id: string; readonly key: DatabaseKey; readonly passphrase: string | null },
): Promise<Result<Lock['unlock'], { readonly type: 'KeyChainClosed' }>> => {
  if (passphrase === null) {
    return (await keepInChain(place, id, key)) ? ok({ with: 'key chain' }) : err({ type: 'KeyChainClosed' });
  }
  const cost = place.passphraseCost ?? (await calibrateCost());
  const wrapped = await wrapWithPassphrase(key, { passphrase, cost, randomBytes: place.randomBytes });
  return ok({ with: 'passphrase', wrapped });
};

/** Read back, since one that forgets would take everything with it. */
const keepInChain = async ({ keyChain }: EncryptionPlace, id: string, key: DatabaseKey): Promise<boolean> => {
  const hex = Buffer.from(key).toString('hex');
  try {
    await keyChain?.write(id, hex);
    return (await keyChain?.read(id)) === hex;
  } catch {
    return false;
  }
};

/** A key that nothing is under any more may stay where it can't be removed. */
export const removeFromChain = async ({ keyChain }: EncryptionPlace, id: string): Promise<void> => {
  try {
    await keyChain?.remove(id);
  } catch {
    return;
  }
};
