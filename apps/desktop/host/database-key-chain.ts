/** The key of an encrypted database in the operating system's key chain, under the id of its lock. */
import type { DatabaseKeyChain } from '@mhb/device';
import {
  canHaveKeyChain,
  type Environment,
  type KeyChain,
  pinned,
  SERVICE,
  withinLimit,
} from './key-chain.ts';

/** `undefined` where there can be none. Each call is given up after five seconds. */
export const databaseKeyChain = (
  environment: Environment = process.env,
  loadKeyChain: () => Promise<KeyChain> = () => import('@napi-rs/keyring'),
): DatabaseKeyChain | undefined => {
  if (!canHaveKeyChain(environment)) return undefined;
  const entryFor = async (id: string) => {
    const { AsyncEntry } = await loadKeyChain();
    return new AsyncEntry(SERVICE, `database ${id}`, pinned);
  };
  return {
    read: (id) => withinLimit(entryFor(id).then(async (entry) => (await entry.getPassword()) ?? undefined)),
    write: (id, key) => withinLimit(entryFor(id).then((entry) => entry.setPassword(key))),
    remove: (id) =>
      withinLimit(
        entryFor(id).then(async (entry) => {
          await entry.deletePassword();
        }),
      ),
  };
};
