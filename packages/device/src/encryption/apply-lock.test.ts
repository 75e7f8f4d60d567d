/** Turning encryption on and off when something goes wrong half way. */
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing.ts';
import { lockedFolder, NOTES, PASSPHRASE, SYNC_SECRETS, turnOn } from './encryption.testing.ts';

test('a damaged backup is left as it is and told, and stands in the way of nothing', async () => {
  const { open, folder } = lockedFolder();
  const device = await open();
  await device.run('log_mood', { mood_rating: 3 });
  const damaged = join(folder, 'backups', 'device-2025-01-01.db');
  mkdirSync(join(folder, 'backups'), { recursive: true });
  writeFileSync(damaged, `SQLite format 3\0${'damaged'.repeat(1_000)}`);
  const bytes = readFileSync(damaged);
  expect(
    await device.run('turn_on_encryption', { unlock_with: 'passphrase', passphrase: PASSPHRASE }),
  ).toMatchObject({ backups_left: 1 });
  expect(readFileSync(damaged)).toEqual(bytes);
  device.close();
  (await open({ passphrase: PASSPHRASE })).close();
});

test('what was interrupted half way is finished at the next opening', async () => {
  const { open, folder, inTheClear } = lockedFolder();
  const device = await open();
  await device.run('log_mood', { mood_rating: 3, notes: NOTES });
  await device.run('back_up_now');
  const before = device.exportJson();
  device.close();
  const plain = temporaryFolder();
  cpSync(folder, plain, { recursive: true });
  const locked = await open();
  await turnOn(locked);
  locked.close();

  // Turning on was interrupted before the database's turn came.
  copyFileSync(join(plain, 'device.db'), join(folder, 'device.db'));
  copyFileSync(join(plain, 'backups/device-2025-03-10.db'), join(folder, 'backups/device-2025-03-10.db'));
  await expect(open()).rejects.toThrow('Locked');
  const on = await open({ passphrase: PASSPHRASE });
  expect(on.exportJson()).toBe(before);
  on.close();
  expect(inTheClear()).toEqual([]);

  // Turning off was interrupted after the backups' turn.
  const lock = join(folder, 'lock.json');
  writeFileSync(lock, readFileSync(lock, 'utf8').replace('"state":"on"', '"state":"turning off"'));
  copyFileSync(join(plain, 'backups/device-2025-03-10.db'), join(folder, 'backups/device-2025-03-10.db'));
  const off = await open({ passphrase: PASSPHRASE });
  expect(off.exportJson()).toBe(before);
  off.close();
  (await open()).close();
});

test('where the disk does not take it everything stays in the clear, and nothing is lost', async () => {
  const { open, folder } = lockedFolder();
  const device = await open();
  device.secrets.write(SYNC_SECRETS);
  await device.run('log_mood', { mood_rating: 3, notes: NOTES });
  await device.run('back_up_now');
  const before = device.exportJson();
  // A folder stands where the copy of the database is to be written.
  mkdirSync(join(folder, 'device.db.part'));
  const input = { unlock_with: 'passphrase', passphrase: PASSPHRASE };
  expect(await device.refusal('turn_on_encryption', input)).toBe('LockNotWritten');
  expect(await device.run('get_encryption_status')).toMatchObject({ unlock_with: null });
  await device.run('log_mood', { mood_rating: 4 });
  device.close();
  const again = await open();
  expect(again.secrets.read()).toEqual({ ok: true, value: SYNC_SECRETS });
  expect(await again.run('get_mood_history')).toHaveLength(2);
  rmSync(join(folder, 'device.db.part'), { recursive: true });
  await turnOn(again);
  expect(again.exportJson().length).toBeGreaterThan(before.length);
  again.close();
});

test('the copy of a file in the clear that a killed restore left is gone at the next opening', async () => {
  const { open, folder, inTheClear } = lockedFolder();
  const device = await open(undefined, { temporaryFolder: folder });
  await turnOn(device);
  device.close();
  mkdirSync(join(folder, 'import-copy'));
  writeFileSync(join(folder, 'import-copy', 'copy.db'), NOTES);
  (await open({ passphrase: PASSPHRASE }, { temporaryFolder: folder })).close();
  expect(inTheClear()).toEqual([]);
});

test('half a backup that an interruption left in the clear is gone once encryption is on', async () => {
  const { open, folder, inTheClear } = lockedFolder();
  const device = await open();
  await device.run('log_mood', { mood_rating: 3, notes: NOTES });
  mkdirSync(join(folder, 'backups'));
  writeFileSync(join(folder, 'backups', 'device-2025-03-09.db.part'), `half of it: ${NOTES}`);
  await turnOn(device);
  expect(inTheClear()).toEqual([]);
  device.close();
});
