/** The digest of an account, against one that is worked out here from what a download gives. */
import type { DigestAnswer, DownloadAnswer, StoredRecord } from '@mhb/core-domain/wire';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  DEVICE_ID,
  newChange,
  openTestService,
  sealedText,
  type TestAccount,
  type TestService,
} from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const digest = async ({ ask }: TestAccount): Promise<DigestAnswer> =>
  (await ask<DigestAnswer>('POST', '/v1/sync/digest', { device_id: DEVICE_ID })).body;

const recordsOf = async ({ ask }: TestAccount): Promise<readonly StoredRecord[]> =>
  (await ask<DownloadAnswer>('POST', '/v1/sync/download', { device_id: DEVICE_ID, since: null })).body
    .records;

/** As DigestAnswer says, in the plainest words there are for it. */
const expectedDigest = (records: readonly StoredRecord[]): string => {
  const hash = createHash('sha256');
  for (const { id, seq, sealed } of records.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const place = Buffer.alloc(8);
    place.writeUInt32BE(Math.floor(seq / 2 ** 32));
    place.writeUInt32BE(seq % 2 ** 32, 4);
    hash.update(Buffer.from(id, 'hex')).update(place);
    hash.update(createHash('sha256').update(Buffer.from(sealed, 'base64')).digest());
  }
  return hash.digest('hex');
};

test('[D8] an empty account has the digest of nothing', async () => {
  const account = await service.newAccount();
  expect(await digest(account)).toEqual({ head: 0, count: 0, digest: expectedDigest([]) });
});

test('[D8] the digest is over ids, seqs and sealed bytes of every record, in order of id', async () => {
  const account = await service.newAccount();
  const [first] = await account.store(40);
  await account.upload([newChange({ id: first!.id, base: first!.seq, sealed: sealedText(2_000) })]);
  const records = await recordsOf(account);
  expect(records).toHaveLength(40);
  expect(await digest(account)).toEqual({ head: 41, count: 40, digest: expectedDigest(records) });
});

test.each([
  ['a byte', 'update record set sealed = set_byte(sealed, 300, get_byte(sealed, 300) # 1)'],
  ['a seq', 'update record set seq = 9000000000'],
  ['a record', 'delete from record'],
])('[D8] %s that was changed behind the service shows in the digest', async (_, statement) => {
  const account = await service.newAccount();
  await account.store(10);
  const before = await digest(account);
  await service.sql(`${statement} where account_id = $1 and seq = 4`, [account.accountId]);
  const after = await digest(account);
  expect(after.digest).not.toBe(before.digest);
  expect(after.digest).toBe(expectedDigest(await recordsOf(account)));
});

test('[D8] the digest belongs to its head, also while others upload', async () => {
  const account = await service.newAccount();
  const uploads = Array.from({ length: 15 }, () => account.store(3));
  const digests = await Promise.all(Array.from({ length: 15 }, () => digest(account)));
  await Promise.all(uploads);
  const records = await recordsOf(account);
  for (const { head, count, digest: given } of digests) {
    expect(count).toBe(head);
    expect(given).toBe(expectedDigest(records.filter(({ seq }) => seq <= head)));
  }
});

test('[D8] the digest of 100,000 records takes the service no memory', async () => {
  const account = await service.newAccount();
  await service.sql(
    `insert into record (account_id, record_id, seq, sealed)
     select $1, gen_random_uuid(), n, decode(repeat('00', 572), 'hex') from generate_series(1, 100000) n`,
    [account.accountId],
  );
  await digest(account);
  global.gc?.();
  const before = process.memoryUsage().rss;
  expect(await digest(account)).toMatchObject({ count: 100_000 });
  // The records are 57 MB and what is hashed of them is 5.6 MB.
  expect(process.memoryUsage().rss - before).toBeLessThan(5 * 1024 * 1024);
});
