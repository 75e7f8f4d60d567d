/** An upload that is sent again: the same answer for the same bytes, a refusal for others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEVICE_ID, newChange, newId, openTestService, type TestService } from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

test('[D4] a repeated batch gets the same answer, also after its records were changed again', async () => {
  const { upload } = await service.newAccount();
  const held = newChange();
  await upload([held]);
  const batch = [newChange(), newChange({ id: held.id }), newChange({ sealed: 'AQE=' }), newChange()];
  const batchId = newId();
  const { body: answer } = await upload(batch, batchId);
  expect(answer.applied).toEqual([
    { id: batch[0]!.id, seq: 2 },
    { id: batch[3]!.id, seq: 3 },
  ]);
  expect((await upload(batch, batchId)).body).toEqual(answer);

  const later = newChange({ id: batch[0]!.id, base: 2 });
  await upload([later]);
  expect((await upload(batch, batchId)).body).toEqual({ ...answer, head: 4 });
});

test('[D4] a conflict of a repeated batch comes with the envelope that is present now', async () => {
  const { upload } = await service.newAccount();
  const { id } = newChange();
  await upload([newChange({ id })]);
  const batchId = newId();
  const stale = [newChange({ id })];
  await upload(stale, batchId);
  const present = newChange({ id, base: 1 });
  await upload([present]);
  const { body } = await upload(stale, batchId);
  expect(body.conflicts).toEqual([{ id, seq: 2, sealed: present.sealed }]);
});

test('[D4] the same batch id with anything else in it is refused, and nothing is stored', async () => {
  const { accountId, upload, ask } = await service.newAccount();
  const [first, second] = [newChange(), newChange()];
  const batchId = newId();
  await upload([first, second], batchId);
  const others = [
    [first],
    [second, first],
    [first, newChange({ ...second, base: 1 })],
    [first, newChange({ id: second.id })],
    [first, newChange({ sealed: second.sealed })],
    [first, second, newChange()],
  ];
  for (const changes of others) {
    expect(await upload(changes, batchId)).toMatchObject({ status: 422, body: { code: 'batch_id_reused' } });
  }
  const fromAnotherDevice = { device_id: '00000000000000a2', batch_id: batchId, changes: [first, second] };
  expect((await ask('POST', '/v1/sync/upload', fromAnotherDevice)).status).toBe(422);
  expect(await service.sql('select 1 from record where account_id = $1', [accountId])).toHaveLength(2);
});

test('[D4] it is the content that makes a batch and not how its JSON is written', async () => {
  const { apiKey, upload } = await service.newAccount();
  const change = newChange();
  const batchId = newId();
  const { body } = await upload([change], batchId);
  const { id, base, sealed } = change;
  const spread = JSON.stringify(
    { changes: [{ sealed, base, id }], batch_id: batchId, device_id: DEVICE_ID },
    null,
    2,
  );
  const again = await service.app.inject({
    method: 'POST',
    url: '/v1/sync/upload',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    payload: spread,
  });
  expect(again.json()).toEqual(body);
});

test('[D4] accounts may use the same batch id and the same record id', async () => {
  const batchId = newId();
  const change = newChange();
  for (const { upload } of [await service.newAccount(), await service.newAccount()]) {
    expect((await upload([change], batchId)).body.applied).toEqual([{ id: change.id, seq: 1 }]);
  }
});
