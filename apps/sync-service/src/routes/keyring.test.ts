/** The keyring is replaced only by who has seen the present one, and given back as it came. */
import { limits } from '@mhb/core-domain/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestService, sealedText, type TestService } from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const keyringOf = (base_generation: number) => ({
  base_generation,
  sealed: sealedText(),
  recovery: sealedText(),
});

test('[E4] there is no keyring at first, and then the one that was stored, byte for byte', async () => {
  const { ask } = await service.newAccount();
  expect((await ask('GET', '/v1/keyring')).body).toEqual({ generation: 0, sealed: null, recovery: null });
  const { base_generation: _, ...stored } = keyringOf(0);
  expect(await ask('PUT', '/v1/keyring', { base_generation: 0, ...stored })).toMatchObject({
    status: 200,
    body: { generation: 1 },
  });
  expect((await ask('GET', '/v1/keyring')).body).toEqual({ generation: 1, ...stored });
});

test('[E4] of two devices that set up the keys at once one succeeds', async () => {
  const { ask } = await service.newAccount();
  const answers = await Promise.all([1, 2, 3, 4].map(() => ask('PUT', '/v1/keyring', keyringOf(0))));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'keyring_conflict' });
});

test('[E4] an older or a later generation than the present is no base', async () => {
  const { ask } = await service.newAccount();
  for (const base of [0, 1]) await ask('PUT', '/v1/keyring', keyringOf(base));
  for (const base of [0, 1, 3]) expect((await ask('PUT', '/v1/keyring', keyringOf(base))).status).toBe(409);
  expect((await ask('PUT', '/v1/keyring', keyringOf(2))).body).toEqual({ generation: 3 });
});

test('[E4] each account is given its own keyring, and none where only others have one', async () => {
  const [one, other, third] = [
    await service.newAccount(),
    await service.newAccount(),
    await service.newAccount(),
  ];
  for (const { ask } of [one, other]) {
    const { base_generation, ...keyring } = keyringOf(0);
    await ask('PUT', '/v1/keyring', { base_generation, ...keyring });
    expect((await ask('GET', '/v1/keyring')).body).toEqual({ generation: 1, ...keyring });
  }
  expect((await third.ask('GET', '/v1/keyring')).body).toMatchObject({ generation: 0, sealed: null });
});

test('[E4] a download says which generation is present', async () => {
  const { ask } = await service.newAccount();
  const asked = { device_id: '0'.repeat(16), since: null };
  expect((await ask('POST', '/v1/sync/download', asked)).body).toMatchObject({ keyring_generation: 0 });
  await ask('PUT', '/v1/keyring', keyringOf(0));
  expect((await ask('POST', '/v1/sync/download', asked)).body).toMatchObject({ keyring_generation: 1 });
});

test('[D10] a keyring may have 64 KiB and not a group of base64 more', async () => {
  const { ask } = await service.newAccount();
  const sealed = sealedText(limits.KEYRING_BYTES_MAX);
  expect((await ask('PUT', '/v1/keyring', { ...keyringOf(0), sealed })).status).toBe(200);
  expect(
    await ask('PUT', '/v1/keyring', { ...keyringOf(1), sealed: `${sealed.slice(0, -4)}AAAAAAAA` }),
  ).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', fields: ['sealed'] },
  });
});
