/** Taking everything away, and deleting everything: nothing is missing from the one, nothing left after the other. */
import {
  AccountExportLine,
  type AccountExportLine as Line,
  type ApiKeyCreated,
  type DownloadAnswer,
} from '@mhb/core-domain/wire';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  accountOf,
  DEVICE_ID,
  newChange,
  newId,
  openTestApp,
  openTestService,
  sealedText,
  type TestAccount,
  type TestService,
  WAITING,
} from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const PATH = '/v1/account';
const KEYRING = { base_generation: 0, sealed: sealedText(), recovery: sealedText() };

const exportOf = async ({ apiKey }: Pick<TestAccount, 'apiKey'>): Promise<readonly Line[]> => {
  const answer = await service.app.inject({ url: PATH, headers: { authorization: `Bearer ${apiKey}` } });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
  return linesOf(answer.body);
};

const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => AccountExportLine.parse(JSON.parse(line)));

const keyOf = async (account: TestAccount, scopes: readonly string[]) => {
  const { body } = await account.ask<ApiKeyCreated>('POST', '/v1/auth/api-keys', { label: 'other', scopes });
  return accountOf(service.app, body.key_id, body.api_key);
};

/** With something in every table. */
const fullAccount = async (): Promise<TestAccount> => {
  const account = await service.newAccount();
  await account.store(3);
  await account.ask('PUT', '/v1/keyring', KEYRING);
  await account.ask('PATCH', '/v1/devices', { device_id: DEVICE_ID, manifest: 'AQI=' });
  await service.sql(
    `insert into mailbox (account_id, mailbox_id, token_hash, sealed, tries_left, expires_at)
     values ($1, gen_random_uuid(), '\\x00', '\\x00', 5, now())`,
    [account.accountId],
  );
  return account;
};

const rowsByTable = async (accountId: string): Promise<Readonly<Record<string, number>>> => {
  const tables = await service.sql<{ name: string }>(`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'account_id'`);
  const counts = tables.map(async ({ name }) => {
    const rows = await service.sql(`select 1 from ${name} where account_id = $1`, [accountId]);
    return [name, rows.length] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
};

test('[D8] the export is the account, every record as a download gives it, and the end', async () => {
  const account = await fullAccount();
  const [first, ...rest] = await exportOf(account);
  expect(first).toMatchObject({
    line: 'account',
    account_id: account.accountId,
    keyring: { generation: 1, sealed: KEYRING.sealed, recovery: KEYRING.recovery },
    devices: [{ device_id: DEVICE_ID, is_this: true, name: null, manifest: 'AQI=' }],
    api_keys: [{ key_id: account.keyId, is_this: true }],
  });
  expect(JSON.stringify(first)).not.toContain('secret');
  const { body } = await account.ask<DownloadAnswer>('POST', '/v1/sync/download', {
    device_id: DEVICE_ID,
    since: null,
  });
  expect(rest).toEqual([
    ...body.records.map((record) => ({ line: 'record', ...record })),
    { line: 'end', head: 3, records: 3 },
  ]);
});

test('[D8] exporting and deleting need the scope of the account', async () => {
  const account = await fullAccount();
  const syncOnly = await keyOf(account, ['sync']);
  expect((await syncOnly.ask('GET', PATH)).status).toBe(403);
  expect((await syncOnly.ask('DELETE', PATH, { account_id: account.accountId })).status).toBe(403);
  expect((await rowsByTable(account.accountId)).record).toBe(3);
});

/** Of more than what fits into a page and the buffers of a connection. */
const largeAccount = async (): Promise<TestAccount> => {
  const account = await service.newAccount();
  for (let batch = 0; batch < 8; batch += 1) {
    await account.upload(Array.from({ length: 15 }, () => newChange({ sealed: sealedText(180_000) })));
  }
  return account;
};

/** Over a connection of which nothing is read yet but the head of the answer. */
const beginExport = async ({ apiKey }: TestAccount) => {
  const app = await openTestApp(service);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const request = get(`${url}${PATH}`, { headers: { authorization: `Bearer ${apiKey}` } });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return { answer, close: () => app.close() };
};

test('[D8] the export of many records goes on page by page, and is whole though it is read slowly', async () => {
  const account = await largeAccount();
  const { answer, close } = await beginExport(account);
  // Nothing was read yet: the service waits, and holds no transaction meanwhile.
  await vi.waitFor(async () => {
    const open = await service.sql(
      "select from pg_stat_activity where application_name = 'mhb-sync' and state like 'idle in%'",
    );
    expect(open).toEqual([]);
  }, WAITING);
  await account.store(1);
  let text = '';
  for await (const part of answer.setEncoding('utf8')) text += String(part);
  const lines = linesOf(text);
  expect(lines.at(-1)).toEqual({ line: 'end', head: 121, records: 121 });
  expect(lines.filter(({ line }) => line === 'record')).toHaveLength(121);
  await close();
});

test('[D8] an export during which the account is deleted breaks off without its last line', async () => {
  const account = await largeAccount();
  const { answer, close } = await beginExport(account);
  expect((await account.ask('DELETE', PATH, { account_id: account.accountId })).status).toBe(200);
  let text = '';
  await expect(async () => {
    for await (const part of answer.setEncoding('utf8')) text += String(part);
  }).rejects.toThrow();
  expect(text).not.toContain('"line":"end"');
  await close();
});

test('[D8] [C39] a deleted account leaves no row in any table, and its keys get the same 401 as any other', async () => {
  const account = await fullAccount();
  const other = await fullAccount();
  const before = await rowsByTable(other.accountId);
  expect(Object.values(await rowsByTable(account.accountId))).not.toContain(0);
  expect(await account.ask('DELETE', PATH, { account_id: account.accountId })).toMatchObject({
    status: 200,
    body: { deleted_records: 3 },
  });
  expect([...new Set(Object.values(await rowsByTable(account.accountId)))]).toEqual([0]);
  expect(await rowsByTable(other.accountId)).toEqual(before);

  const unknown = await account.ask('GET', '/v1/keyring');
  const never = accountOf(service.app, account.keyId, `mhb_${'0'.repeat(48)}_${'0'.repeat(64)}_00000000`);
  expect(unknown.status).toBe(401);
  expect((await never.ask('GET', '/v1/keyring')).body).toEqual(unknown.body);
  expect((await account.upload([newChange()])).status).toBe(401);
  expect((await account.ask('DELETE', PATH, { account_id: account.accountId })).status).toBe(401);
});

test('[D8] the account has to be named, and another one than that of the key is not deleted', async () => {
  const [account, other] = [await fullAccount(), await fullAccount()];
  for (const body of [{ account_id: other.accountId }, {}, { account_id: newId() }]) {
    const { status, body: problem } = await account.ask('DELETE', PATH, body);
    expect([status, problem]).toMatchObject([400, { code: 'invalid_request', fields: ['account_id'] }]);
  }
  for (const { accountId } of [account, other]) expect((await rowsByTable(accountId)).record).toBe(3);
});

test('[D8] a key that is revoked while it waits to delete the account deletes nothing', async () => {
  const account = await fullAccount();
  const lost = await keyOf(account, ['sync', 'account']);
  const hold = await service.holdAccount(account.accountId);
  const revoked = account.ask('DELETE', '/v1/auth/api-keys', { key_id: lost.keyId });
  await service.untilWaiting(1);
  const deleted = lost.ask('DELETE', PATH, { account_id: account.accountId });
  await service.untilWaiting(2);
  await hold.letGo();
  expect([(await revoked).status, (await deleted).status]).toEqual([200, 401]);
  expect((await rowsByTable(account.accountId)).record).toBe(3);
});

test('[D8] what is uploaded while the account is deleted goes along with it, or is refused with 401', async () => {
  const account = await fullAccount();
  const hold = await service.holdAccount(account.accountId);
  const uploads = Array.from({ length: 4 }, () => account.upload([newChange()]));
  await service.untilWaiting(4);
  const deleted = account.ask<{ deleted_records: number }>('DELETE', PATH, { account_id: account.accountId });
  await service.untilWaiting(5);
  const late = Array.from({ length: 3 }, () => account.upload([newChange()]));
  await service.untilWaiting(8);
  await hold.letGo();
  const statuses = (await Promise.all([...uploads, ...late])).map(({ status }) => status);
  const stored = statuses.filter((status) => status === 200).length;
  expect(statuses.filter((status) => status !== 200)).toEqual(Array(7 - stored).fill(401));
  expect((await deleted).body.deleted_records).toBe(3 + stored);
  expect([...new Set(Object.values(await rowsByTable(account.accountId)))]).toEqual([0]);
});
