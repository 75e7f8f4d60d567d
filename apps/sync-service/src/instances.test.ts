/** Instances keep nothing: any number of them on one Postgres are one service. */
import type { ApiKeyCreated, DownloadAnswer, UploadAnswer } from '@mhb/core-domain/wire';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCluster, startCluster } from './database/cluster.testing.ts';
import { ask, createAccountIn, dataFolder, serve } from './process.testing.ts';
import { DEVICE_ID, newChange, newId } from './testing.ts';

test('[D12] two services that start at once on one empty Postgres serve the same accounts', async () => {
  const { url } = await startCluster(await makeCluster());
  const environment = { DATABASE_URL: url };
  const unused = join(dataFolder(), 'unused');
  const [here, there] = await Promise.all([serve(unused, [], environment), serve(unused, [], environment)]);
  const account = await createAccountIn(unused, environment);

  const upload = (changes: readonly object[]) =>
    ['POST', '/v1/sync/upload', { device_id: DEVICE_ID, batch_id: newId(), changes }] as const;
  const change = newChange();
  expect(await ask(here, account, upload([change]))).toMatchObject({ status: 200, body: { head: 1 } });
  const { body: page } = await ask<DownloadAnswer>(there, account, [
    'POST',
    '/v1/sync/download',
    { device_id: DEVICE_ID, since: null },
  ]);
  expect(page.records).toEqual([{ id: change.id, seq: 1, sealed: change.sealed }]);

  for (let base = 1; base <= 5; base += 1) {
    const attempts = [here, there, here, there].map((instance) =>
      ask<UploadAnswer>(instance, account, upload([newChange({ id: change.id, base })])),
    );
    const answers = await Promise.all(attempts);
    expect(answers.flatMap(({ body }) => body.applied)).toEqual([{ id: change.id, seq: base + 1 }]);
  }

  const { body: key } = await ask<ApiKeyCreated>(here, account, [
    'POST',
    '/v1/auth/api-keys',
    { label: 'x' },
  ]);
  expect((await ask(there, key, ['GET', '/v1/keyring'])).status).toBe(200);
  await ask(here, account, ['DELETE', '/v1/auth/api-keys', { key_id: key.key_id }]);
  expect((await ask(there, key, ['GET', '/v1/keyring'])).status).toBe(401);
  for (const instance of [here, there]) expect((await instance.stop()).exit).toBe(0);
});
