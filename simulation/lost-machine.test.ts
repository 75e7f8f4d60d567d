/** The machine of the service is lost for good; a backup brings the service back elsewhere, and the devices the rest. */
import { temporaryFolder } from '@mhb/device/testing';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAccount, deviceIn, runProgram, startService, turnSyncOn } from './programs.ts';

test('[D6] what was written after the backup comes back from the devices that hold it, and reaches a new one', async () => {
  const folder = temporaryFolder();
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  const service = await startService(first);
  const port = Number(new URL(service.url).port);
  const account = { url: service.url, api_key: await createAccount(first) };
  const [a, b, c] = [deviceIn(join(folder, 'a')), deviceIn(join(folder, 'b')), deviceIn(join(folder, 'c'))];
  const recovery_phrase = await turnSyncOn(a, account);
  await a.value('call', 'log_mood', '{"mood_rating": 1, "notes": "before the backup"}');
  await a.value('call', 'sync_now', '{}');
  await b.value('call', 'enable_sync', JSON.stringify({ ...account, recovery_phrase }));

  const file = join(folder, 'backup.gz');
  const backup = await runProgram('mhb-sync', ['backup', '--data-dir', first, '--to', file]);
  expect([backup.code, JSON.parse(backup.stdout)]).toEqual([0, { accounts: 1, records: 1 }]);
  await a.value('call', 'log_mood', '{"mood_rating": 2, "notes": "after the backup, on a"}');
  await a.value('call', 'sync_now', '{}');
  await b.value('call', 'log_mood', '{"mood_rating": 3, "notes": "after the backup, on b"}');
  await b.value('call', 'sync_now', '{}');
  await service.stop();
  rmSync(first, { recursive: true });

  const restored = await runProgram('mhb-sync', ['restore', '--data-dir', second, '--from', file]);
  expect(restored.code, restored.stderr).toBe(0);
  const elsewhere = await startService(second, port);
  try {
    for (const device of [a, b, a]) await device.value('call', 'sync_now', '{}');
    await c.value('call', 'enable_sync', JSON.stringify({ ...account, recovery_phrase }));
    const whole = await c.exportJson();
    for (const notes of ['before the backup', 'after the backup, on a', 'after the backup, on b'])
      expect(whole).toContain(notes);
    expect(await a.exportJson()).toBe(whole);
    expect(await b.exportJson()).toBe(whole);
    expect(await a.value('call', 'verify_sync', '{}')).toMatchObject({ same: true });
  } finally {
    await elsewhere.stop();
  }
}, 60_000);
