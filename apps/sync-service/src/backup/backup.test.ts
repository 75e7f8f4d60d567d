/** A backup is whole or none, of one moment, and comes back as it was under a new history. */
import type { DownloadAnswer } from '@mhb/core-domain/wire';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ask, createAccountIn, dataFolder, run, type RunningService, serve } from '../process.testing.ts';
import { newChange, newId } from '../testing.ts';

const DEVICE = '00000000000000a1';
const upload = (service: RunningService, account: { readonly api_key: string }, count: number) =>
  ask(service, account, [
    'POST',
    '/v1/sync/upload',
    { device_id: DEVICE, batch_id: newId(), changes: Array.from({ length: count }, () => newChange()) },
  ]);
const download = (
  service: RunningService,
  account: { readonly api_key: string },
  since: string | null = null,
) =>
  ask<DownloadAnswer & { readonly code?: string }>(service, account, [
    'POST',
    '/v1/sync/download',
    { device_id: DEVICE, since },
  ]);

/** A running service with two accounts, and a backup of it. */
const backedUp = async () => {
  const folder = dataFolder();
  const service = await serve(folder);
  const [a, b] = [await createAccountIn(folder), await createAccountIn(folder)];
  await upload(service, a, 450);
  await upload(service, b, 1);
  const file = join(folder, 'backup.gz');
  const made = await run(['backup', '--data-dir', folder, '--to', file]);
  expect([made.exit, made.stderr]).toEqual([0, '']);
  expect(JSON.parse(made.stdout)).toEqual({ accounts: 2, records: 451 });
  return { folder, service, a, b, file };
};

const restoreInto = async (file: string) => {
  const folder = dataFolder();
  return { folder, restored: await run(['restore', '--data-dir', folder, '--from', file]) };
};

test('[D6] what was backed up while the service ran is restored elsewhere, under a new history', async () => {
  const { service, a, b, file } = await backedUp();
  const before = await download(service, a);
  await upload(service, a, 1);
  await service.stop();
  const { folder, restored } = await restoreInto(file);
  expect(restored.exit, restored.stderr).toBe(0);
  expect(JSON.parse(restored.stdout)).toEqual({ accounts: 2, records: 451 });
  const elsewhere = await serve(folder);
  const after = await download(elsewhere, a);
  expect(after.body.records).toEqual(before.body.records);
  expect(after.body.head).toBe(before.body.head);
  expect((await download(elsewhere, a, before.body.next)).body.code).toBe('epoch_changed');
  expect((await download(elsewhere, b)).body.records).toHaveLength(1);
  expect((await upload(elsewhere, a, 2)).status).toBe(200);
});

test('[O6] a backup is for its owner alone, replaces nothing, and holds no key', async () => {
  const { folder, a, file } = await backedUp();
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  const again = await run(['backup', '--data-dir', folder, '--to', file]);
  expect([again.exit, again.stderr]).toEqual([
    1,
    'mhb-sync: There is such a file already. Give the backup another name.\n',
  ]);
  const text = gunzipSync(readFileSync(file)).toString();
  expect(text).not.toContain(a.api_key.slice(-64));
  expect(text.split('\n').length).toBeGreaterThan(8);
});

test('[O6] a backup that was cut short or changed restores nothing, and says so', async () => {
  const { folder, file } = await backedUp();
  const whole = readFileSync(file);
  const lines = gunzipSync(whole).toString().trimEnd().split('\n');
  const without = (index: number): Buffer =>
    gzipSync(lines.filter((_, each) => each !== (index + lines.length) % lines.length).join('\n'));
  const flipped = Buffer.from(whole);
  flipped[Math.floor(whole.length / 2)]! ^= 0x10;
  const wrong: Readonly<Record<string, Buffer>> = {
    'cut short': whole.subarray(0, whole.length - 20),
    'cut in the middle': whole.subarray(0, whole.length / 2),
    'nothing at all': Buffer.alloc(0),
    'a changed bit': flipped,
    'something else': gzipSync('{"hello": "world"}\n'),
    'no end': without(-1),
    'no beginning': without(0),
    'a page left out': without(-3),
    'accounts left out': without(1),
    'a column that is none': gzipSync(lines.join('\n').replace('"epoch"', '"epoc; drop"')),
    'a value that can’t be': gzipSync(lines.join('\n').replace('"head": ', '"head": "x", "was": ')),
  };
  const target = dataFolder();
  for (const [what, bytes] of Object.entries(wrong)) {
    const path = join(folder, 'wrong.gz');
    writeFileSync(path, bytes);
    const { exit, stdout, stderr } = await run(['restore', '--data-dir', target, '--from', path]);
    expect([exit, stdout], what).toEqual([1, '']);
    expect(stderr, what).toContain('This is no whole backup');
  }
  // Nothing of all that is left behind.
  const { exit, stderr } = await run(['restore', '--data-dir', target, '--from', file]);
  expect(exit, stderr).toBe(0);
  const twice = await run(['restore', '--data-dir', target, '--from', file]);
  expect([twice.exit, twice.stderr]).toEqual([
    1,
    'mhb-sync: There are accounts here already. Restore into a folder or a database that has none.\n',
  ]);
});
