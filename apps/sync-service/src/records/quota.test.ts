/** What an account holds is known to the byte, and beyond what it may hold nothing is stored. */
import { limits, type LimitsAnswer, PROTOCOL_VERSION } from '@mhb/core-domain/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  newChange,
  newId,
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

const SHORTEST = limits.SEALED_BYTES_MIN;

const limitsOf = async ({ ask }: TestAccount): Promise<LimitsAnswer> =>
  (await ask<LimitsAnswer>('GET', '/v1/sync/limits')).body;

/** An account of which the operator limits what it may hold. */
const limitedAccount = async (max: { readonly records?: number; readonly bytes?: number }) => {
  const account = await service.newAccount();
  await service.sql('update account set records_max = $2, bytes_max = $3 where account_id = $1', [
    account.accountId,
    max.records ?? null,
    max.bytes ?? null,
  ]);
  return account;
};

const counted = async ({ accountId }: TestAccount) => {
  const [row] = await service.sql<{ records: string; bytes: string }>(
    'select count(*) as records, coalesce(sum(octet_length(sealed)), 0) as bytes from record where account_id = $1',
    [accountId],
  );
  return { records: Number(row?.records), bytes: Number(row?.bytes) };
};

test('[D8] the limits are those of the wire, with what everybody may hold and what this account holds', async () => {
  const account = await service.newAccount();
  await account.store(3);
  expect(await limitsOf(account)).toEqual({
    protocol: { oldest: 1, newest: PROTOCOL_VERSION },
    upload_changes_max: limits.UPLOAD_CHANGES_MAX,
    body_bytes_max: limits.BODY_BYTES_MAX,
    sealed_bytes_max: limits.SEALED_BYTES_MAX,
    download_records_max: limits.DOWNLOAD_RECORDS_MAX,
    download_bytes_max: limits.DOWNLOAD_BYTES_MAX,
    requests_per_minute: expect.any(Number) as number,
    records_max: 500_000,
    records: 3,
    bytes_max: 512 * 1024 * 1024,
    bytes: 3 * SHORTEST,
  });
  const limited = await limitedAccount({ records: 7, bytes: 9_000 });
  expect(await limitsOf(limited)).toMatchObject({ records_max: 7, records: 0, bytes_max: 9_000, bytes: 0 });
});

test('[D8] a batch beyond the quota is refused as a whole, and nothing of it is stored', async () => {
  const account = await limitedAccount({ records: 3 });
  await account.store(2);
  const batch = [newChange(), newChange()];
  const batchId = newId();
  const refused = await account.upload(batch, batchId);
  expect(refused).toMatchObject({ status: 422, body: { code: 'quota_exceeded' } });
  expect(await counted(account)).toEqual({ records: 2, bytes: 2 * SHORTEST });
  expect(await service.sql('select 1 from batch where account_id = $1', [account.accountId])).toHaveLength(1);
  expect((await account.upload([newChange()])).status).toBe(200);

  // With more room the same batch is taken.
  await service.sql('update account set records_max = 5 where account_id = $1', [account.accountId]);
  expect((await account.upload(batch, batchId)).body.applied).toHaveLength(2);
});

test('[D8] sealed bytes have a limit of their own', async () => {
  const account = await limitedAccount({ bytes: 3 * SHORTEST });
  const [held] = await account.store(2);
  const grown = newChange({ id: held!.id, base: held!.seq, sealed: sealedText(2 * SHORTEST + 1) });
  expect((await account.upload([grown])).status).toBe(422);
  const fits = newChange({ id: held!.id, base: held!.seq, sealed: sealedText(2 * SHORTEST) });
  expect((await account.upload([fits])).status).toBe(200);
  expect((await account.upload([newChange()])).status).toBe(422);
});

test('[D8] [F51] an account that is full, or over it, takes every change that does not make it larger', async () => {
  const account = await limitedAccount({});
  const held = await account.store(3);
  await service.sql('update account set records_max = 1, bytes_max = 1 where account_id = $1', [
    account.accountId,
  ]);
  const changes = held.map(({ id, seq }) => newChange({ id, base: seq }));
  expect((await account.upload(changes)).body.applied).toHaveLength(3);
  // One becomes shorter as another becomes longer.
  const [a, b] = [
    newChange({ id: held[0]!.id, base: 4 }),
    newChange({ id: held[1]!.id, base: 5, sealed: sealedText(600) }),
  ];
  expect((await account.upload([a, b])).status).toBe(422);
});

test('[D8] [D4] a batch that was taken is answered as before when the account has become full', async () => {
  const account = await limitedAccount({ records: 2 });
  const batch = [newChange(), newChange()];
  const batchId = newId();
  const taken = await account.upload(batch, batchId);
  expect(taken.status).toBe(200);
  expect((await account.upload([newChange()])).status).toBe(422);
  expect(await account.upload(batch, batchId)).toMatchObject({ status: 200, body: taken.body });
});

const ids = Array.from({ length: 6 }, (_, index) => String(index).repeat(32));
const anyChange = fc.record({
  id: fc.constantFrom(...ids),
  isUpToDate: fc.boolean(),
  bytes: fc.constantFrom(SHORTEST - 1, SHORTEST, SHORTEST + 512, 5_000),
});

test('[D8] whatever is uploaded, records and bytes of the account are those of its records', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyChange, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 }),
      async (batches) => {
        const account = await limitedAccount({ records: 4, bytes: 12_000 });
        const seqById = new Map<string, number>();
        for (const attempts of batches) {
          const changes = attempts.map(({ id, isUpToDate, bytes }) =>
            newChange({ id, base: isUpToDate ? (seqById.get(id) ?? 0) : 77, sealed: sealedText(bytes) }),
          );
          const { status, body } = await account.upload(
            changes.filter(({ base }) => base !== 77 || seqById.size > 0),
          );
          if (status === 200) for (const { id, seq } of body.applied) seqById.set(id, seq);
          const { records, bytes } = await limitsOf(account);
          expect({ records, bytes }).toEqual(await counted(account));
          expect(records).toBeLessThanOrEqual(4);
          expect(bytes).toBeLessThanOrEqual(12_000);
        }
      },
    ),
    { numRuns: 40 },
  );
});
