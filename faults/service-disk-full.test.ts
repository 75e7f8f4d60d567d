/**
 * The disk of the service fills up while devices upload: refused for a while, with when to come again, nothing that was
 * acknowledged is lost, and it goes on by itself once there is room. Needs the right to mount a small disk.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { UploadAnswer } from '@mhb/core-domain/wire';
import {
  ask,
  createAccountIn,
  dataFolder,
  isRunning,
  serve,
} from '../apps/sync-service/src/process.testing.ts';
import { newChange, newId, sealedText } from '../apps/sync-service/src/testing.ts';
import { readAll } from './steady-writer.ts';

const FILLS = Number(process.env.MHB_FILLS ?? '3');
const DISK = 'size=220m';
/** Enough for a device to wait; beyond it a full disk would look like a service that is gone. */
const BACK = { timeout: 60_000, interval: 250 };

/** A mounted disk of its own, or `undefined` where this user may not mount one. */
const smallDisk = (): string | undefined => {
  const folder = join(dataFolder(), 'disk');
  mkdirSync(folder);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', DISK, 'tmpfs', folder]).status !== 0) return undefined;
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
  });
  chmodSync(folder, 0o755);
  return folder;
};

const bytesFree = (disk: string): number => {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
};

test(`[D4] [F72] a disk that fills up ${String(FILLS)} times under uploads loses nothing that was acknowledged`, async (context) => {
  const disk = smallDisk();
  if (disk === undefined) {
    context.skip('this user may not mount a small disk, so a full disk of the service was not tried');
    return;
  }
  const folder = join(disk, 'service');
  const service = await serve(folder, [], { MHB_SYNC_REQUESTS_PER_MINUTE: '0' });
  const account = await createAccountIn(folder);
  const acknowledged: string[] = [];
  const refusals: string[] = [];
  const body = () => ({
    device_id: '00000000000000a1',
    batch_id: newId(),
    changes: Array.from({ length: 4 }, () => newChange({ sealed: sealedText(256 * 1024) })),
  });
  /** Sends one batch; what a refusal says goes to `refusals`. */
  const upload = async (batch: ReturnType<typeof body>): Promise<boolean> => {
    const answer = await ask<UploadAnswer & { readonly code?: string }>(service, account, [
      'POST',
      '/v1/sync/upload',
      batch,
    ]);
    if (answer.status === 200) {
      expect(answer.body.applied).toHaveLength(batch.changes.length);
      acknowledged.push(...batch.changes.map(({ id }) => id));
      return true;
    }
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    refusals.push(answer.body.code ?? '');
    return false;
  };

  for (let fill = 1; fill <= FILLS; fill += 1) {
    expect(await upload(body())).toBe(true);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, bytesFree(disk) - 6 * 2 ** 20)));
    let refused = body();
    for (let sent = 0; await upload(refused); sent += 1) {
      expect(sent, 'uploads until the disk was full').toBeLessThan(200);
      refused = body();
    }
    expect(isRunning(service.child.pid!)).toBe(true);
    rmSync(join(disk, 'filler'));
    // The same batch again, as a device does: it may have been stored.
    await vi.waitFor(async () => {
      expect(await upload(refused)).toBe(true);
    }, BACK);
  }
  const stored = await readAll(service.address, account);
  const ids = new Set(stored.map(({ id }) => id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  expect(stored.map(({ seq }) => seq)).toEqual(acknowledged.map((_, index) => index + 1));
  const codes = [...new Set(refusals)].join(', ');
  process.stdout.write(
    `full ${String(FILLS)} times: ${String(acknowledged.length)} records acknowledged, none lost; refused ${String(refusals.length)} times: ${codes}\n`,
  );
  expect((await service.stop()).exit).toBe(0);
});
