/** Compare and set, change by change, and every limit of an upload with its code. */
import { limits, type Problem } from '@mhb/core-domain/wire';
import { hash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEVICE_ID, newChange, newId, openTestService, sealedText, type TestService } from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

test('[D3] a change on the present version is taken, one on an older version is answered with the present', async () => {
  const { upload } = await service.newAccount();
  const first = newChange();
  await upload([first]);
  const second = newChange({ id: first.id, base: 1 });
  expect((await upload([second])).body).toEqual({
    applied: [{ id: first.id, seq: 2 }],
    conflicts: [],
    rejected: [],
    head: 2,
  });
  for (const base of [0, 1, 3]) {
    expect((await upload([newChange({ id: first.id, base })])).body).toEqual({
      applied: [],
      conflicts: [{ id: first.id, seq: 2, sealed: second.sealed }],
      rejected: [],
      head: 2,
    });
  }
});

test('[D3] a change on the present seq is not taken where it was built on another version of it', async () => {
  const { upload } = await service.newAccount();
  const first = newChange();
  await upload([first]);
  const base_hash = hash('sha256', Buffer.from(first.sealed, 'base64'));
  const other = newChange({
    id: first.id,
    base: 1,
    base_hash: hash('sha256', 'a version of a lost history'),
  });
  expect((await upload([other])).body.conflicts).toEqual([{ id: first.id, seq: 1, sealed: first.sealed }]);
  expect((await upload([newChange({ id: first.id, base: 1, base_hash })])).body.applied).toEqual([
    { id: first.id, seq: 2 },
  ]);
});

const badChanges = [
  { why: 'too large', code: 'sealed_too_large', sealed: sealedText(limits.SEALED_BYTES_MAX + 1) },
  { why: 'too small', code: 'sealed_too_small', sealed: sealedText(limits.SEALED_BYTES_MIN - 1) },
  { why: 'empty', code: 'sealed_too_small', sealed: '' },
  { why: 'of an unknown version', code: 'unknown_format', sealed: `Ag${sealedText().slice(2)}` },
  {
    why: 'of an unknown suite',
    code: 'unknown_format',
    sealed: Buffer.concat([Buffer.from([1, 2]), Buffer.alloc(600)]).toString('base64'),
  },
] as const;

test.each(badChanges)(
  '[D3] an envelope that is $why is rejected with $code, and its siblings are taken',
  async ({ code, sealed }) => {
    const { upload } = await service.newAccount();
    const [before, bad, after] = [newChange(), newChange({ sealed }), newChange()];
    expect((await upload([before, bad, after])).body).toEqual({
      applied: [
        { id: before.id, seq: 1 },
        { id: after.id, seq: 2 },
      ],
      conflicts: [],
      rejected: [{ id: bad.id, code }],
      head: 2,
    });
  },
);

test('[D3] an envelope may be as large as 256 KiB and as small as an empty one sealed', async () => {
  expect(limits.SEALED_BYTES_MAX).toBe(262_144);
  const { upload } = await service.newAccount();
  const sizes = [limits.SEALED_BYTES_MIN, limits.SEALED_BYTES_MAX];
  const { body } = await upload(sizes.map((size) => newChange({ sealed: sealedText(size) })));
  expect(body.applied.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('[D3] a record named twice in a batch is taken the first time and rejected the second', async () => {
  const { upload } = await service.newAccount();
  const change = newChange();
  const { body } = await upload([change, newChange({ id: change.id, base: 1 })]);
  expect(body.applied).toEqual([{ id: change.id, seq: 1 }]);
  expect(body.rejected).toEqual([{ id: change.id, code: 'repeated_id' }]);
});

test('[D3] 500 changes are taken at once, 501 are refused and none of them stored', async () => {
  const { upload } = await service.newAccount();
  const changes = Array.from({ length: 501 }, () => newChange());
  const refused = await upload(changes);
  expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request', fields: ['changes'] } });
  const { body } = await upload(changes.slice(0, 500));
  expect(body.applied).toHaveLength(500);
  expect(body.head).toBe(500);
});

test('[D3] an upload without a change is refused', async () => {
  const { upload } = await service.newAccount();
  expect(await upload([])).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
});

test('[D3] a body of 4 MiB is taken and one of a byte more is refused with 413', async () => {
  expect(limits.BODY_BYTES_MAX).toBe(4_194_304);
  const { apiKey } = await service.newAccount();
  const send = async (bytes: number) => {
    const changes = Array.from({ length: 11 }, () => newChange({ sealed: sealedText(262_144) }));
    const text = JSON.stringify({ device_id: DEVICE_ID, batch_id: newId(), changes });
    return service.app.inject({
      method: 'POST',
      url: '/v1/sync/upload',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      payload: text.padEnd(bytes),
    });
  };
  const refused = await send(limits.BODY_BYTES_MAX + 1);
  expect(refused.statusCode).toBe(413);
  expect(refused.json<Problem>().code).toBe('too_large');
  expect((await send(limits.BODY_BYTES_MAX)).statusCode).toBe(200);
});

test('[D3] a change built on a version of a record that is not here says that the history is another', async () => {
  const { accountId, upload } = await service.newAccount();
  const sibling = newChange();
  expect(await upload([sibling, newChange({ base: 5 })])).toMatchObject({
    status: 409,
    body: { code: 'history_diverged' },
  });
  expect(await service.sql('select 1 from record where account_id = $1', [accountId])).toEqual([]);
});

test('[D3] conflicts that would make the answer larger than a page wait until they are sent again', async () => {
  const { upload } = await service.newAccount();
  const large = Array.from({ length: 20 }, () => newChange({ sealed: sealedText(limits.SEALED_BYTES_MAX) }));
  await upload(large.slice(0, 10));
  await upload(large.slice(10));
  const stale = large.map(({ id }) => newChange({ id, base: 0 }));
  const first = (await upload(stale)).body;
  const fitting = limits.DOWNLOAD_BYTES_MAX / limits.SEALED_BYTES_MAX;
  expect(first).toMatchObject({ applied: [], rejected: [] });
  expect(first.conflicts.map(({ id }) => id)).toEqual(large.slice(0, fitting).map(({ id }) => id));
  const rest = stale.slice(fitting);
  expect((await upload(rest)).body.conflicts.map(({ id }) => id)).toEqual(rest.map(({ id }) => id));
});
