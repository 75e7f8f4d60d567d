/** Which versions of the wire the service understands, and that version 1 still finds what it knew. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { DEVICE_ID, newChange, newId, openTestService, type TestService } from './testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

test.each(['0', '-1', '1.5', 'two', '99999', ''])(
  '[D13] a device of version "%s" gets 426',
  async (version) => {
    const answer = await service.app.inject({ url: '/v1/keyring', headers: { 'mhb-protocol': version } });
    expect(answer.statusCode).toBe(426);
    expect(answer.json()).toMatchObject({ code: 'client_too_old', status: 426 });
    expect(answer.headers['mhb-protocol']).toBe('1-2');
  },
);

test.each([{}, { 'mhb-protocol': '1' }, { 'mhb-protocol': '2' }, { 'mhb-protocol': '3' }])(
  '[D13] a device that says %j is understood, and is told the versions',
  async (headers) => {
    const answer = await service.app.inject({ url: '/ready', headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['mhb-protocol']).toBe('1-2');
    expect(answer.json()).toMatchObject({ protocol: 2, oldest_protocol: 1 });
  },
);

/** The answers of version 1 as a device of version 1 reads them: new members beside them are ignored. */
const seq = z.int().min(0);
const Record1 = z.object({ id: z.string(), seq, sealed: z.base64() });
const Upload1 = z.object({
  applied: z.array(z.object({ id: z.string(), seq })),
  conflicts: z.array(Record1),
  rejected: z.array(z.object({ id: z.string(), code: z.string() })),
  head: seq,
});
const Download1 = z.object({
  records: z.array(Record1),
  has_more: z.boolean(),
  remaining: z.int(),
  next: z.string(),
  head: seq,
  keyring_generation: z.int(),
});
const Keyring1 = z.object({
  generation: z.int(),
  sealed: z.base64().nullable(),
  recovery: z.base64().nullable(),
});

test('[D13] what a device of version 1 asks is answered as version 1 was', async () => {
  const { apiKey } = await service.newAccount();
  const ask = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const headers = { authorization: `Bearer ${apiKey}`, 'mhb-protocol': '1' };
    const answer = await service.app.inject({ method, url, headers, ...(payload && { payload }) });
    expect(answer.statusCode).toBe(200);
    return answer.json<unknown>();
  };
  const change = newChange();
  const upload = { device_id: DEVICE_ID, batch_id: newId(), changes: [change] };
  expect(Upload1.parse(await ask('POST', '/v1/sync/upload', upload)).applied).toEqual([
    { id: change.id, seq: 1 },
  ]);
  const download = { device_id: DEVICE_ID, since: null, limit: 10, skip_batches: [] };
  expect(Download1.parse(await ask('POST', '/v1/sync/download', download)).records).toHaveLength(1);
  expect(Keyring1.parse(await ask('GET', '/v1/keyring')).generation).toBe(0);
});
