/** The service itself: whether it lives, what it understands, what it says of itself. */
import { HealthAnswer, LimitsAnswer, PROTOCOL_HEADER, ReadyAnswer } from '@mhb/core-domain/wire';
import { z } from 'zod';
import { type Check, hold, holdRefused, read } from '../check.ts';
import { downloadAll } from '../visit.ts';

/** Rule D8 lists them. */
const ENDPOINTS = [
  ...['GET /health', 'GET /ready', 'GET /openapi.json', 'GET /v1/auth/api-keys', 'POST /v1/auth/api-keys'],
  ...['DELETE /v1/auth/api-keys', 'GET /v1/devices', 'PATCH /v1/devices', 'DELETE /v1/devices'],
  ...['GET /v1/keyring', 'PUT /v1/keyring', 'PUT /v1/pairing/{mailbox}', 'GET /v1/pairing/{mailbox}'],
  ...['POST /v1/sync/upload', 'POST /v1/sync/download', 'POST /v1/sync/digest', 'GET /v1/sync/events'],
  ...['GET /v1/sync/limits', 'GET /v1/account', 'DELETE /v1/account'],
];

const Document = z.looseObject({
  openapi: z.string().regex(/^3\.1\./),
  paths: z.record(z.string(), z.looseObject({})),
});

export const serviceChecks: readonly Check[] = [
  {
    rule: 'D8',
    promise: 'health and readiness are told without a key',
    run: async ({ client }) => {
      const nobody = client.as(undefined);
      read(HealthAnswer, await nobody.ask('GET', '/health'), 'GET /health');
      read(ReadyAnswer, await nobody.ask('GET', '/ready'), 'GET /ready');
    },
  },
  {
    rule: 'D8',
    promise: 'the OpenAPI document has every endpoint',
    run: async ({ client }) => {
      const { paths } = read(
        Document,
        await client.as(undefined).ask('GET', '/openapi.json'),
        'GET /openapi.json',
      );
      for (const endpoint of ENDPOINTS) {
        const [method = '', path = ''] = endpoint.split(' ');
        hold(Object.hasOwn(paths[path] ?? {}, method.toLowerCase()), `the document has no ${endpoint}`);
      }
    },
  },
  {
    rule: 'D13',
    promise: 'a device that is too old is told so whatever its key, a newer one is served',
    run: async ({ client }) => {
      for (const version of ['0', 'x', '-1']) {
        const headers = { [PROTOCOL_HEADER]: version };
        holdRefused(
          await client.ask('GET', '/v1/keyring', { headers }),
          426,
          'client_too_old',
          'an old version',
        );
        const keyless = await client.as(undefined).ask('GET', '/v1/keyring', { headers });
        holdRefused(keyless, 426, 'client_too_old', 'an old version without a key');
      }
      for (const version of ['1', '2', '9999']) {
        const { status } = await client.ask('GET', '/v1/keyring', {
          headers: { [PROTOCOL_HEADER]: version },
        });
        hold(status === 200, `version ${version} was answered with ${String(status)}`);
      }
    },
  },
  {
    rule: 'D8',
    promise: 'the limits say what the account holds',
    run: async ({ client }) => {
      const { records } = await downloadAll(client);
      const said = read(LimitsAnswer, await client.ask('GET', '/v1/sync/limits'), 'GET /v1/sync/limits');
      const bytes = records.reduce((sum, { sealed }) => sum + Buffer.byteLength(sealed, 'base64'), 0);
      hold(said.records === records.length, 'the number of records is another one');
      hold(said.bytes === bytes, 'the number of sealed bytes is another one');
      hold(said.protocol.oldest <= said.protocol.newest, 'the versions stand in the wrong order');
    },
  },
];
