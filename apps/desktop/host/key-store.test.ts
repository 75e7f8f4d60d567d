/** Which of the two places keeps the secrets, against a key chain in memory that can be locked, silent or forgetful. */
import { type SyncSecrets, SyncSecrets as Schema } from '@mhb/device';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeyChain } from './key-chain.ts';
import { openSecretStore } from './key-store.ts';

const secrets: SyncSecrets = Schema.parse({
  account_id: '00112233445566778899aabbccddeeff',
  api_key: 'mhb_test',
  master_secret: 'ab'.repeat(32),
});
const deviceId = '9dca8c435bb0779f';
const closed = { ok: false, error: { type: 'SecretsUnreadable', reason: 'KeyChainClosed' } };
const nothing = { ok: true, value: undefined };

let dataDir = '';
beforeEach(() => {
  dataDir = fs.mkdtempSync(join(tmpdir(), 'mhb-key-store-'));
});
afterEach(() => {
  fs.rmSync(dataDir, { recursive: true });
});

interface Chain {
  readonly kept: Map<string, string>;
  readonly options: unknown[];
  locked: boolean;
  readonly module: KeyChain;
}

/** Behaves like `@napi-rs/keyring`: what it can't do, it throws. */
const createChain = ({ forgets = false } = {}): Chain => {
  const chain: Omit<Chain, 'module'> = { kept: new Map(), options: [], locked: false };
  class Entry {
    readonly name: string;
    constructor(service: string, account: string, options: unknown) {
      chain.options.push(options);
      this.name = `${service}/${account}`;
    }
    setPassword = (text: string): void => {
      if (chain.locked) throw new Error('locked');
      if (!forgets) chain.kept.set(this.name, text);
    };
    getPassword = (): string | null => {
      if (chain.locked) throw new Error('locked');
      return chain.kept.get(this.name) ?? null;
    };
    deletePassword = (): boolean => {
      if (chain.locked) throw new Error('locked');
      return chain.kept.delete(this.name);
    };
  }
  class AsyncEntry {
    readonly entry: Entry;
    constructor(service: string, account: string, options: unknown) {
      this.entry = new Entry(service, account, options);
    }
    setPassword = async (text: string): Promise<void> => {
      this.entry.setPassword(text);
      return Promise.resolve();
    };
    getPassword = async (): Promise<string | null> => Promise.resolve(this.entry.getPassword());
    deletePassword = async (): Promise<boolean> => Promise.resolve(this.entry.deletePassword());
  }
  return Object.assign(chain, { module: { Entry, AsyncEntry } });
};

const openOn = (chain: Chain | undefined, environment: Record<string, string> = {}) =>
  openSecretStore({
    dataDir,
    deviceId,
    environment: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus', ...environment },
    loadKeyChain: () =>
      chain === undefined ? Promise.reject(new Error('no such module')) : Promise.resolve(chain.module),
  });

test('[E9] a key chain that answers keeps the secrets, and nothing of them lies in the data folder', async () => {
  const chain = createChain();
  const store = await openOn(chain);
  expect(store.where).toBe('key chain');
  expect(store.read()).toEqual(nothing);
  expect(store.write(secrets)).toEqual(nothing);
  expect(store.read()).toEqual({ ok: true, value: secrets });
  expect((await openOn(chain)).read()).toEqual({ ok: true, value: secrets });
  expect([...chain.kept.keys()]).toEqual([`mental-health-bar/${deviceId}`]);
  for (const name of fs.readdirSync(dataDir)) expect(fs.readFileSync(join(dataDir, name), 'utf8')).toBe('');

  expect(store.clear()).toEqual(nothing);
  expect(chain.kept.size).toBe(0);
  expect(fs.readdirSync(dataDir)).toEqual([]);
});

test("[E9] the kernel's keyring, which forgets when the computer restarts, is never used", async () => {
  const chain = createChain();
  (await openOn(chain)).write(secrets);
  expect(chain.options.length).toBeGreaterThan(0);
  for (const options of chain.options) expect(options).toEqual({ linux: { store: 'secret-service' } });
});

test('[E9] without a key chain, or with one that is locked or forgets, a file keeps them', async () => {
  const locked = createChain();
  locked.locked = true;
  for (const chain of [undefined, locked, createChain({ forgets: true })]) {
    const store = await openOn(chain);
    expect(store.where).toBe('file');
    expect(store.read()).toEqual(nothing);
  }
});

test('[E9] once in the file, the secrets stay in the file', async () => {
  (await openOn(undefined)).write(secrets);
  const chain = createChain();
  const store = await openOn(chain);
  expect(store.where).toBe('file');
  expect(store.read()).toEqual({ ok: true, value: secrets });
  expect(chain.options).toEqual([]);
});

test('[E9] a damaged file is not passed over for an empty key chain', async () => {
  fs.writeFileSync(join(dataDir, 'sync-secrets.json'), '{');
  const store = await openOn(createChain());
  expect(store.read()).toEqual({ ok: false, error: { type: 'SecretsUnreadable', reason: 'Damaged' } });
});

test('[E9] a key chain that holds the secrets and is locked is not taken for an empty file', async () => {
  const chain = createChain();
  (await openOn(chain)).write(secrets);
  chain.locked = true;
  for (const unreachable of [chain, undefined]) {
    const store = await openOn(unreachable);
    expect(store.where).toBe('key chain');
    expect(store.read()).toEqual(closed);
    expect(store.write(secrets)).toEqual(closed);
    expect(store.clear()).toEqual({ ok: false, error: { type: 'SecretsNotWritten' } });
  }
  chain.locked = false;
  expect((await openOn(chain)).read()).toEqual({ ok: true, value: secrets });
});

test('[E9] a key chain that locks while in use refuses, and what it held is still there', async () => {
  const chain = createChain();
  const store = await openOn(chain);
  store.write(secrets);
  chain.locked = true;
  expect(store.write({ ...secrets, api_key: 'other' })).toEqual({
    ok: false,
    error: { type: 'SecretsNotWritten' },
  });
  expect(store.clear()).toEqual({ ok: false, error: { type: 'SecretsNotWritten' } });
  expect(store.read()).toEqual({ ok: true, value: secrets });
});

test('[E9] what the key chain holds but nobody here wrote is kept, until it is cleared', async () => {
  const chain = createChain();
  chain.kept.set(`mental-health-bar/${deviceId}`, 'something else');
  const store = await openOn(chain);
  const damaged = { ok: false, error: { type: 'SecretsUnreadable', reason: 'Damaged' } };
  expect(store.read()).toEqual(damaged);
  expect(store.write(secrets)).toEqual(damaged);
  expect(store.clear()).toEqual(nothing);
  expect(store.write(secrets)).toEqual(nothing);
});

test('[E9] MHB_KEY_STORE=file keeps to the file', async () => {
  const chain = createChain();
  expect((await openOn(chain, { MHB_KEY_STORE: 'file' })).where).toBe('file');
  expect(chain.options).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  '[E9] without a session bus the key chain is not even loaded',
  async () => {
    const store = await openSecretStore({
      dataDir,
      deviceId,
      environment: {},
      loadKeyChain: () => {
        throw new Error('it was loaded');
      },
    });
    expect(store.where).toBe('file');
  },
);

test('[E9] two devices on one computer keep apart', async () => {
  const chain = createChain();
  (await openOn(chain)).write(secrets);
  const other = await openSecretStore({
    dataDir: fs.mkdtempSync(join(dataDir, 'other-')),
    deviceId: '0000000000000002',
    environment: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus' },
    loadKeyChain: () => Promise.resolve(chain.module),
  });
  expect(other.read()).toEqual(nothing);
});
