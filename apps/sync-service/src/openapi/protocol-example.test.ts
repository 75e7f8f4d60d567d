/** The worked example of docs/protocol.md, as a real service takes it, and as the document shows it. */
import type { DigestAnswer } from '@mhb/core-domain/wire';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestService, type TestService } from '../testing.ts';
import { examples } from './examples.ts';

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as unknown;

interface Sealed {
  readonly sealed: string;
}
const example = read('../../../../docs/protocol-vectors.json') as Readonly<
  Record<'keyring' | 'recovery' | 'pairing', Sealed>
> & {
  readonly account_id: string;
  readonly api_key: { readonly key_id: string };
  readonly records: readonly (Sealed & { readonly wire_id: string })[];
  readonly upload: { readonly changes: readonly { readonly id: string }[] };
  readonly digest: DigestAnswer;
  readonly device: { readonly device_id: string; readonly name: Sealed; readonly manifest: Sealed };
};

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

test('[D3] [D8] a service takes the upload of the example, and answers its digest', async () => {
  const account = await service.newAccount();
  const answer = await account.ask('POST', '/v1/sync/upload', example.upload);
  const applied = example.upload.changes.map(({ id }, index) => ({ id, seq: index + 1 }));
  expect(answer).toMatchObject({ status: 200, body: { applied, conflicts: [], rejected: [], head: 2 } });
  const { body } = await account.ask('POST', '/v1/sync/digest', { device_id: example.device.device_id });
  expect(body).toEqual(example.digest);
});

test('[D8] the examples of the document are those of the worked example', () => {
  expect(read('./sealed-examples.json')).toEqual({
    record: example.records[1]?.sealed,
    keyring: example.keyring.sealed,
    recovery: example.recovery.sealed,
    device_name: example.device.name.sealed,
    manifest: example.device.manifest.sealed,
    mailbox: example.pairing.sealed,
  });
  const { account_id, device_id } = { ...example, ...example.device };
  expect(examples.deleteAccount.request).toEqual({ account_id });
  expect(examples.updateDevice.answer).toEqual({ device_id });
  expect(examples.digest.answer).toEqual(example.digest);
  expect(examples.listApiKeys.answer.keys[0].key_id).toBe(example.api_key.key_id);
  expect(examples.upload.request.changes[0].id).toBe(example.records[1]?.wire_id);
});
