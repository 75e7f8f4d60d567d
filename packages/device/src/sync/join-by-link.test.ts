/** A device that joins by a link takes no keyring older than the link speaks of, whatever the service says of it. */
import { err, ok } from '@mhb/core-domain';
import { formatApiKey, KeyId } from '@mhb/core-domain/wire';
import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { openTestDevice, throughNetwork } from '../testing.ts';
import { loadCipher } from '../vault/cipher.ts';
import { newPairingKey, sealPairingMessage } from '../vault/pairing.ts';
import { account } from '../vault/vault.testing.ts';
import { createAccountKeys } from '../vault/vault.ts';
import { formatPairingLink } from './pairing-link.ts';
import type { SyncApi } from './sync-api.ts';

const url = 'https://sync.example.org';
beforeAll(loadCipher);

/** A service that has this message and an honest first keyring, and says what it likes of the keyring's generation. */
const serviceWith = (keyring_generation: number) => {
  const keys = createAccountKeys({ accountId: account, randomBytes });
  const key = newPairingKey(account, randomBytes);
  const message = {
    ...{ v: 1 as const, account_id: account, keyring_generation, cursor: null, seen: null },
    api_key: formatApiKey({ keyId: KeyId.parse(account + '0'.repeat(16)), secret: 'ab'.repeat(32) }),
    master_secret: Buffer.from(keys.masterSecret).toString('hex'),
  };
  const sealed = Buffer.from(sealPairingMessage(message, key, randomBytes)).toString('base64');
  const keyring = Buffer.from(keys.keyringSealed).toString('base64');
  const answers: Partial<SyncApi> = {
    openMailbox: () => Promise.resolve(ok({ sealed })),
    getKeyring: () => Promise.resolve(ok({ generation: 99, sealed: keyring, recovery: null })),
  };
  const asked: string[] = [];
  const offline = err({ type: 'Offline' } as const);
  const connect = (): SyncApi =>
    throughNetwork({} as SyncApi, async (name) => {
      asked.push(name);
      const answer = answers[name] as (() => Promise<never>) | undefined;
      return answer === undefined ? offline : answer();
    });
  return { connect, asked, pairing_link: formatPairingLink({ url, ...key }) };
};

test('[E4] [E6] an older keyring than the link speaks of is refused; nothing is sent, nothing kept', async () => {
  const { connect, asked, pairing_link } = serviceWith(2);
  const device = await openTestDevice({ connect });
  expect(await device.refusal('enable_sync', { pairing_link })).toBe('KeyringRolledBack');
  expect(asked).toEqual(['openMailbox', 'getKeyring']);
  expect(device.secrets.read()).toEqual({ ok: true, value: undefined });
  expect(await device.run('get_sync_status')).toMatchObject({ phase: 'off' });
  device.close();
});

test('[E6] the keyring that the link speaks of lets the device in, though the first sync has to wait', async () => {
  const { connect, pairing_link } = serviceWith(1);
  const device = await openTestDevice({ connect });
  expect(await device.run('enable_sync', { pairing_link })).toMatchObject({ first_sync_failure: 'Offline' });
  expect(await device.run('get_sync_status')).toMatchObject({ phase: 'on', url });
  device.close();
});
