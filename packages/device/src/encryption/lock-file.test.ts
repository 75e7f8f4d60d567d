/** A lock that is lost or changed, and backups that lie elsewhere. */
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDevice, temporaryFolder } from '../testing.ts';
import { lockedFolder, NOTES, PASSPHRASE, turnOn } from './encryption.testing.ts';

test('a lock that was lost comes back from beside the backups, else the twenty-four words make another', async () => {
  const { open, folder } = lockedFolder();
  const device = await open();
  await device.run('log_mood', { mood_rating: 3 });
  const words = await turnOn(device);
  await device.run('back_up_now');
  device.close();
  const lock = readFileSync(join(folder, 'lock.json'));

  rmSync(join(folder, 'lock.json'));
  await expect(open()).rejects.toThrow('Locked');
  (await open({ passphrase: PASSPHRASE })).close();
  expect(readFileSync(join(folder, 'lock.json'))).toEqual(lock);

  rmSync(join(folder, 'lock.json'));
  rmSync(join(folder, 'backups', 'lock.json'));
  await expect(open({ passphrase: PASSPHRASE })).rejects.toThrow('FileDamaged');
  const again = await open({ recovery_key: words });
  expect(await again.run('get_mood_history')).toHaveLength(1);
  await again.run('change_passphrase', { new_passphrase: PASSPHRASE });
  again.close();
  (await open({ passphrase: PASSPHRASE })).close();
});

test('a lock that somebody changed opens nothing, and the twenty-four words still do', async () => {
  const { open, folder } = lockedFolder();
  const device = await open();
  const words = await turnOn(device);
  device.close();
  const path = join(folder, 'lock.json');
  const lock = readFileSync(path, 'utf8');
  const wrapped = (JSON.parse(lock) as { readonly unlock: { readonly wrapped: Record<string, string> } })
    .unlock.wrapped;
  const other = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
  const changes = [
    '{',
    lock.replace('"v":1', '"v":2'),
    lock.replace('"memory_kib":64', '"memory_kib":99999999'),
    lock.replace('"memory_kib":64', '"memory_kib":65'),
    lock.replace('"passes":1', '"passes":2'),
    lock.replace(/"key_check":"(\w+)"/, (_, hex: string) => `"key_check":"${other(hex)}"`),
    ...['salt', 'nonce', 'sealed'].map((name) =>
      lock.replace(wrapped[name] ?? '?', other(wrapped[name] ?? '?')),
    ),
  ];
  for (const changed of changes) {
    expect(changed).not.toBe(lock);
    writeFileSync(path, changed);
    rmSync(join(folder, 'lock-attempts.json'), { force: true });
    await expect(open({ passphrase: PASSPHRASE })).rejects.toThrow(/LockDamaged|WrongPassphrase/);
  }
  writeFileSync(path, '{');
  (await open({ recovery_key: words })).close();
});

test('a backup of an encrypted device opens on another one with its passphrase or its recovery key', async () => {
  const { open, folder } = lockedFolder();
  const device = await open();
  await device.run('log_mood', { mood_rating: 3, notes: NOTES });
  const words = await turnOn(device);
  await device.run('back_up_now');
  device.close();
  const stick = temporaryFolder();
  cpSync(join(folder, 'backups'), stick, { recursive: true });
  const file = join(stick, 'device-2025-03-10.db');

  for (const given of [{ passphrase: PASSPHRASE }, { recovery_key: words }]) {
    const other = await openTestDevice();
    expect(await other.refusal('restore_backup', { file })).toBe('NotABackup');
    expect(await other.refusal('restore_backup', { file, passphrase: 'wrong' })).toBe(
      'WrongBackupPassphrase',
    );
    expect(await other.run('restore_backup', { file, ...given })).toMatchObject({ changed: 1 });
    expect(await other.run('get_mood_history')).toMatchObject([{ notes: NOTES }]);
    other.close();
  }
  const alone = join(temporaryFolder(), 'alone.db');
  copyFileSync(file, alone);
  const other = await openTestDevice();
  expect(await other.refusal('restore_backup', { file: alone, passphrase: PASSPHRASE })).toBe('NoLockBeside');
  expect(await other.run('restore_backup', { file: alone, recovery_key: words })).toMatchObject({
    changed: 1,
  });
  other.close();
});
