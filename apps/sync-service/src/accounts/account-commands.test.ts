/** An operator sees how much, never what; deletes, limits and lets back in, beside a running service. */
import type { DownloadAnswer, UploadAnswer } from '@mhb/core-domain/wire';
import { expect, test } from 'vitest';
import { ask, createAccountIn, dataFolder, run, type RunningService, serve } from '../process.testing.ts';
import { newChange, newId } from '../testing.ts';

const ONE_SENTENCE = /^mhb-sync: [^\n]*\.\n$/;

const withService = async () => {
  const folder = dataFolder();
  const service = await serve(folder);
  const operate = async (...args: readonly string[]): Promise<unknown> => {
    const { exit, stdout, stderr } = await run([...args, '--data-dir', folder]);
    expect([exit, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };
  const refused = async (...args: readonly string[]): Promise<string> => {
    const { exit, stdout, stderr } = await run([...args, '--data-dir', folder]);
    expect([exit, stdout]).toEqual([1, '']);
    return stderr;
  };
  return { service, operate, refused, account: await createAccountIn(folder) };
};

const DEVICE = '00000000000000a1';
const upload = (service: RunningService, account: { readonly api_key: string }, count: number) =>
  ask<UploadAnswer & { readonly code?: string }>(service, account, [
    'POST',
    '/v1/sync/upload',
    { device_id: DEVICE, batch_id: newId(), changes: Array.from({ length: count }, () => newChange()) },
  ]);
const download = (service: RunningService, account: { readonly api_key: string }) =>
  ask<DownloadAnswer & { readonly code?: string }>(service, account, [
    'POST',
    '/v1/sync/download',
    { device_id: DEVICE, since: null },
  ]);

test('[D8] accounts are listed with how much they hold, and one of them with its keys', async () => {
  const { service, operate, refused, account } = await withService();
  await upload(service, account, 3);
  const listed = (await operate('accounts', 'list')) as readonly object[];
  expect(listed).toEqual([
    {
      account_id: account.account_id,
      records: 3,
      bytes: expect.any(Number) as number,
      records_max: null,
      bytes_max: null,
      api_keys: 1,
      devices: 0,
      last_seen_on: null,
    },
  ]);
  expect(await operate('accounts', 'show', account.account_id)).toEqual({
    ...listed[0],
    keys: [expect.objectContaining({ label: 'first device', revoked_on: null })],
  });
  expect(JSON.stringify(await operate('accounts', 'show', account.account_id))).not.toContain('secret');
  expect(await refused('accounts', 'show', '0'.repeat(32))).toMatch(/^mhb-sync: There is no such account\./);
  expect(await refused('accounts', 'show', 'somebody')).toMatch(ONE_SENTENCE);
});

test('[D8] an account that was given less takes no more, and what everybody may when that is taken back', async () => {
  const { service, operate, refused, account } = await withService();
  await upload(service, account, 2);
  const quota = ['accounts', 'quota', account.account_id] as const;
  expect(await operate(...quota, '--records', '2')).toMatchObject({ records: 2, records_max: 2 });
  expect((await upload(service, account, 1)).body.code).toBe('quota_exceeded');
  // What is not named stays as it was.
  expect(await operate(...quota, '--bytes', '1000000')).toMatchObject({
    records_max: 2,
    bytes_max: 1_000_000,
  });
  expect(await operate(...quota, '--records', 'default', '--bytes', 'default')).toMatchObject({
    records_max: null,
    bytes_max: null,
  });
  expect((await upload(service, account, 1)).status).toBe(200);
  for (const wrong of [[], ['--records', '0'], ['--bytes', 'much'], ['--records', '1.5']])
    expect(await refused(...quota, ...wrong)).toMatch(ONE_SENTENCE);
});

test('[D9] whoever has lost every key is let in again with a new one, and a key that was taken back opens nothing', async () => {
  const { service, operate, refused, account } = await withService();
  const [first] = (await operate('keys', 'list', account.account_id)) as readonly {
    readonly key_id: string;
  }[];
  expect(await operate('keys', 'revoke', first?.key_id ?? '')).toEqual({ key_id: first?.key_id });
  expect((await download(service, account)).status).toBe(401);
  const made = (await operate(
    'keys',
    'create',
    account.account_id,
    '--label',
    'phone',
    '--scopes',
    'sync',
  )) as {
    readonly api_key: string;
  };
  expect((await download(service, made)).status).toBe(200);
  const keys = (await operate('keys', 'list', account.account_id)) as readonly { readonly label: string }[];
  expect(keys.toSorted((a, b) => (a.label < b.label ? -1 : 1))).toMatchObject([
    { label: 'first device', revoked_on: expect.any(String) as string },
    { label: 'phone', scopes: ['sync'], revoked_on: null },
  ]);
  expect(JSON.stringify(keys)).not.toContain(made.api_key);
  for (const wrong of [
    ['revoke', `${account.account_id}0000000000000000`],
    ['revoke', made.api_key],
    ['create', account.account_id, '--label', ''],
    ['create', account.account_id, '--scopes', 'all'],
    ['create', '0'.repeat(32)],
  ]) {
    const words = await refused('keys', ...wrong);
    expect(words).toMatch(/^mhb-sync: /);
    expect(words).not.toContain(made.api_key);
  }
});

test('[D8] deleting an account asks for its id twice, and leaves nothing of it and all of the others', async () => {
  const { service, operate, refused, account } = await withService();
  const other = (await operate('accounts', 'create')) as {
    readonly account_id: string;
    readonly api_key: string;
  };
  await upload(service, account, 3);
  await upload(service, other, 1);
  const { account_id } = account;
  expect(await refused('accounts', 'delete', account_id)).toContain('--confirm');
  expect(await refused('accounts', 'delete', account_id, '--confirm', other.account_id)).toBe(
    'mhb-sync: Nothing was deleted: --confirm names another account.\n',
  );
  expect((await download(service, account)).body.records).toHaveLength(3);
  expect(await operate('accounts', 'delete', account_id, '--confirm', account_id)).toEqual({
    deleted_records: 3,
  });
  expect((await download(service, account)).status).toBe(401);
  expect(await operate('accounts', 'list')).toMatchObject([{ account_id: other.account_id, records: 1 }]);
  expect((await download(service, other)).body.records).toHaveLength(1);
});
