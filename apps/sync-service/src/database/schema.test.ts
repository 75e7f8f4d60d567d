/** What the tables hold, and that nothing else can slip into them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newChange, openTestService, sealedText, type TestService } from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

/** The one table that belongs to the service and to no account. */
const OF_THE_SERVICE = 'migration';

test('[D1] every key and every unique index of every table of accounts begins with the account', async () => {
  const indexes = await service.sql<{ table: string; first: string }>(`
    select indrelid::regclass::text as table, attname as first
    from pg_index
    join pg_class on pg_class.oid = indrelid and relnamespace = 'public'::regnamespace
    join pg_attribute on attrelid = indrelid and attnum = indkey[0]
    where indisunique`);
  const ofAccounts = indexes.filter(({ table }) => table !== OF_THE_SERVICE);
  expect(new Set(ofAccounts.map(({ table }) => table))).toEqual(
    new Set(['account', 'api_key', 'record', 'batch', 'keyring', 'device', 'mailbox']),
  );
  expect(ofAccounts.filter(({ first }) => first !== 'account_id')).toEqual([]);
});

test('[D1] the tables hold what is documented: nothing typed, no deleted flag, no time of a person', async () => {
  const rows = await service.sql<{ table_name: string; columns: string }>(`
    select table_name, string_agg(column_name || ' ' || data_type, ', ' order by ordinal_position) as columns
    from information_schema.columns
    where table_schema = 'public'
    group by table_name
    order by table_name`);
  expect(Object.fromEntries(rows.map(({ table_name, columns }) => [table_name, columns]))).toEqual({
    account:
      'account_id uuid, epoch uuid, head bigint, chain bytea, records_max bigint, bytes_max bigint, records bigint, ' +
      'bytes bigint',
    api_key:
      'account_id uuid, key_id text, secret_hash bytea, label text, scopes ARRAY, created_on date, ' +
      'last_used_on date, revoked_on date, device_id text, made_by text',
    batch:
      'account_id uuid, batch_id uuid, request_hash bytea, outcome ARRAY, first_seq bigint, last_seq bigint, ' +
      'chain bytea',
    device: 'account_id uuid, device_id text, key_id text, name bytea, manifest bytea, last_seen_on date',
    keyring: 'account_id uuid, generation bigint, sealed bytea, recovery bytea',
    mailbox:
      'account_id uuid, mailbox_id uuid, token_hash bytea, sealed bytea, tries_left integer, ' +
      'expires_at timestamp with time zone',
    migration: 'number integer, name text, check_sum text',
    record: 'account_id uuid, record_id uuid, seq bigint, sealed bytea',
  });
});

test('[D1] after many updates of a record there is one row of it, with its latest envelope and seq', async () => {
  const { accountId, upload } = await service.newAccount();
  const { id } = newChange();
  let base = 0;
  let sealed = '';
  for (let update = 1; update <= 20; update += 1) {
    sealed = sealedText(572 + update);
    const { body } = await upload([newChange({ id, base, sealed })]);
    expect(body.applied).toEqual([{ id, seq: update }]);
    base = update;
  }
  const rows = await service.sql<{ seq: string; sealed: string }>(
    "select seq, translate(encode(sealed, 'base64'), E'\\n', '') as sealed from record where account_id = $1",
    [accountId],
  );
  expect(rows).toEqual([{ seq: '20', sealed }]);
});
