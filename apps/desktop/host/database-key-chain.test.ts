/** The key of the database in a key chain of the operating system, under the id of its lock. */
import { expect, test } from 'vitest';
import { databaseKeyChain } from './database-key-chain.ts';
import type { KeyChain } from './key-chain.ts';

const session = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus' };

/** Behaves like `@napi-rs/keyring`. */
const createChain = (kept: Map<string, string>): KeyChain => {
  class AsyncEntry {
    readonly name: string;
    constructor(service: string, account: string) {
      this.name = `${service}/${account}`;
    }
    getPassword = (): Promise<string | null> => Promise.resolve(kept.get(this.name) ?? null);
    setPassword = (text: string): Promise<void> => {
      kept.set(this.name, text);
      return Promise.resolve();
    };
    deletePassword = (): Promise<boolean> => Promise.resolve(kept.delete(this.name));
  }
  class Entry {
    setPassword = (): void => undefined;
    deletePassword = (): boolean => false;
  }
  return { AsyncEntry, Entry };
};

test('each lock has an entry of its own, which goes when it is removed', async () => {
  const kept = new Map<string, string>();
  const chain = databaseKeyChain(session, () => Promise.resolve(createChain(kept)));
  expect(await chain?.read('aa')).toBeUndefined();
  await chain?.write('aa', 'one');
  await chain?.write('bb', 'other');
  expect(await chain?.read('aa')).toBe('one');
  expect([...kept.keys()]).toEqual(['mental-health-bar/database aa', 'mental-health-bar/database bb']);
  await chain?.remove('aa');
  expect(await chain?.read('aa')).toBeUndefined();
  expect(await chain?.read('bb')).toBe('other');
});

test('a key chain that can not be loaded rejects instead of answering nothing', async () => {
  const chain = databaseKeyChain(session, () => Promise.reject(new Error('no such module')));
  await expect(chain?.read('aa')).rejects.toThrow();
});

test.runIf(process.platform === 'linux')('without a session there is none', () => {
  expect(databaseKeyChain({})).toBeUndefined();
});
