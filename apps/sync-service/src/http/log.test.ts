/** What is written of a request: five facts of it, whatever it carried and however it ended. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newChange, openTestService, type TestService } from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const linesOf = async (ask: () => Promise<unknown>): Promise<readonly object[]> => {
  const before = service.logLines.length;
  await ask();
  return service.logLines.slice(before).map((line) => JSON.parse(line) as object);
};

const lineOf = (facts: object): unknown => ({
  level: 'info',
  time: expect.any(Number) as unknown,
  reqId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
  ms: expect.any(Number) as unknown,
  ...facts,
});

test('[D11] a request is one line of method, route, status, duration and request id', async () => {
  const { ask, upload } = await service.newAccount();
  expect(await linesOf(() => upload([newChange()]))).toEqual([
    lineOf({ method: 'POST', route: '/v1/sync/upload', status: 200 }),
  ]);
  expect(await linesOf(() => ask('GET', '/v1/keyring?anything=1'))).toEqual([
    lineOf({ method: 'GET', route: '/v1/keyring', status: 200 }),
  ]);
});

test('[D11] of an address that is none nothing is written', async () => {
  const { ask } = await service.newAccount();
  expect(await linesOf(() => ask('GET', '/v1/records/marked'))).toEqual([
    lineOf({ method: 'GET', route: 'unknown', status: 404 }),
  ]);
});

test('[D11] whoever asks is told the id of the request, under which the log has it', async () => {
  const { ask } = await service.newAccount();
  let told: unknown;
  const [line] = await linesOf(async () => {
    told = (await ask('GET', '/health')).headers['request-id'];
  });
  expect(line).toMatchObject({ reqId: told });
});

test('[D11] a request may not choose its own id', async () => {
  const headers = { 'request-id': 'marked', 'x-request-id': 'marked' };
  const [line] = await linesOf(() => service.app.inject({ url: '/health', headers }));
  expect(line).toEqual(lineOf({ method: 'GET', route: '/health', status: 200 }));
});

test('[D11] a mistake of the service is written by the name of its error, without its words', async () => {
  const { upload } = await service.newAccount();
  await service.sql('alter table record add constraint provoked check (seq < 0) not valid');
  const lines = await linesOf(async () => {
    expect(await upload([newChange()])).toMatchObject({ status: 500, body: { code: 'internal' } });
  });
  await service.sql('alter table record drop constraint provoked');
  const [error, request] = lines;
  expect(error).toMatchObject({
    level: 'error',
    err: { type: 'error', message: '', stack: '', code: '23514' },
  });
  expect(Object.keys(error!).toSorted()).toEqual(['err', 'level', 'msg', 'reqId', 'time']);
  expect(error).toMatchObject({ msg: 'error' });
  expect(request).toEqual(lineOf({ level: 'error', method: 'POST', route: '/v1/sync/upload', status: 500 }));
});
