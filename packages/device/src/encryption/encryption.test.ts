/** Encryption at rest: what lies on the disk, and what opens it. */
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDevice, temporaryFolder } from '../testing.ts';
import { SyncSecrets } from '../vault/secrets.ts';
import { lockedFolder, NOTES, PASSPHRASE, turnOn } from './encryption.testing.ts';

const secrets = SyncSecrets.parse({
  account_id: '00112233445566778899aabbccddeeff',
  api_key: 'mhb_key_in_the_clear',
  master_secret: 'ab'.repeat(32),
});

test('nothing a person wrote lies on the disk in the clear, and the passphrase opens all of it', async () => {
  const { open, inTheClear, folder } = lockedFolder();
  const device = await open();
  device.secrets.write(secrets);
  await device.run('log_mood', { mood_rating: 3, notes: NOTES });
  await device.run('back_up_now');
  expect(inTheClear()).toEqual(expect.arrayContaining(['device.db', 'backups/device-2025-03-10.db']));
  const before = device.exportJson();

  await turnOn(device);
  expect(await device.run('get_encryption_status')).toMatchObject({ unlock_with: 'passphrase' });
  await device.run('log_mood', { mood_rating: 4, notes: NOTES });
  await device.run('back_up_now');
  expect(inTheClear([NOTES, secrets.api_key, secrets.master_secret])).toEqual([]);
  expect(device.exportJson().length).toBeGreaterThan(before.length);
  const after = device.exportJson();
  device.close();
  expect(inTheClear([NOTES, secrets.api_key, secrets.master_secret])).toEqual([]);
  for (const name of ['device.db', 'lock.json', 'sync-secrets.json', 'backups/device-2025-03-10.db']) {
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  }

  await expect(open()).rejects.toThrow('Locked');
  await expect(open({ passphrase: 'correct horse batterie' })).rejects.toThrow('WrongPassphrase');
  const again = await open({ passphrase: PASSPHRASE });
  expect(again.exportJson()).toBe(after);
  expect(again.secrets.read()).toEqual({ ok: true, value: secrets });
  again.close();
});

test('turned off, everything is as it was before, backups too', async () => {
  const { open, inTheClear } = lockedFolder();
  const device = await open();
  device.secrets.write(secrets);
  await device.run('log_mood', { mood_rating: 3, notes: NOTES });
  await device.run('back_up_now');
  const before = device.exportJson();
  await turnOn(device);
  expect(await device.refusal('turn_off_encryption', {})).toBe('Locked');
  expect(await device.refusal('turn_off_encryption', { passphrase: 'wrong' })).toBe('WrongPassphrase');
  expect(inTheClear([secrets.api_key])).toEqual([]);
  expect(await device.run('turn_off_encryption', { passphrase: PASSPHRASE })).toEqual({ backups_left: 0 });
  expect(await device.run('get_encryption_status')).toMatchObject({ unlock_with: null });
  expect(await device.refusal('turn_off_encryption', { passphrase: PASSPHRASE })).toBe('EncryptionIsOff');
  device.close();
  const again = await open();
  expect(again.exportJson()).toBe(before);
  expect(again.secrets.read()).toEqual({ ok: true, value: secrets });
  expect(inTheClear()).toEqual(expect.arrayContaining(['device.db', 'backups/device-2025-03-10.db']));
  again.close();
});

test('the twenty-four words open it where the passphrase is forgotten, and set another one', async () => {
  const { open } = lockedFolder();
  const device = await open();
  await device.run('log_mood', { mood_rating: 3 });
  const words = await turnOn(device);
  expect(words.split(' ')).toHaveLength(24);
  expect(await device.refusal('show_recovery_key', {})).toBe('Locked');
  expect(await device.run('show_recovery_key', { passphrase: PASSPHRASE })).toEqual({ recovery_key: words });
  device.close();

  const other = await lockedFolder().open();
  const wordsOfOther = await turnOn(other);
  other.close();
  await expect(open({ recovery_key: wordsOfOther })).rejects.toThrow('WrongRecoveryKey');
  await expect(open({ recovery_key: words.replace(/ \w+$/, '') })).rejects.toThrow('InvalidRecoveryKey');

  const again = await open({ recovery_key: ` ${words.toUpperCase()} ` });
  const change = { new_passphrase: 'another passphrase' };
  expect(await again.refusal('change_passphrase', change)).toBe('Locked');
  await again.run('change_passphrase', { ...change, recovery_key: words });
  again.close();
  await expect(open({ passphrase: PASSPHRASE })).rejects.toThrow('WrongPassphrase');
  const third = await open({ passphrase: 'another passphrase' });
  expect(await third.run('show_recovery_key', { passphrase: 'another passphrase' })).toEqual({
    recovery_key: words,
  });
  third.close();
});

test('the key chain opens it without being asked; while it is closed the twenty-four words do', async () => {
  const { open, keyChain, inTheClear } = lockedFolder();
  const device = await open();
  await device.run('log_mood', { mood_rating: 3, notes: NOTES });
  keyChain.forgets = true;
  expect(await device.refusal('turn_on_encryption', { unlock_with: 'key chain' })).toBe('KeyChainClosed');
  expect(inTheClear()).toContain('device.db');
  keyChain.forgets = false;
  const { recovery_key } = (await device.run('turn_on_encryption', { unlock_with: 'key chain' })) as {
    readonly recovery_key: string;
  };
  device.close();
  expect(inTheClear()).toEqual([]);

  const again = await open();
  expect(await again.run('get_mood_history')).toHaveLength(1);
  again.close();
  keyChain.closed = true;
  await expect(open()).rejects.toThrow('Locked');
  const third = await open({ recovery_key });
  expect(await third.run('get_mood_history')).toHaveLength(1);
  keyChain.closed = false;
  await third.run('turn_off_encryption', {});
  expect(keyChain.kept.size).toBe(0);
  third.close();
  (await open()).close();
});

test('a passphrase may take the place of the key chain', async () => {
  const { open, keyChain } = lockedFolder();
  const device = await open();
  await device.run('turn_on_encryption', { unlock_with: 'key chain' });
  await device.run('change_passphrase', { new_passphrase: PASSPHRASE });
  expect(keyChain.kept.size).toBe(0);
  device.close();
  await expect(open()).rejects.toThrow('Locked');
  (await open({ passphrase: PASSPHRASE })).close();
});

test('the same letters typed on another keyboard are the same passphrase', async () => {
  const { open } = lockedFolder();
  const device = await open();
  const passphrase = 'Größe und Maß';
  await device.run('turn_on_encryption', { unlock_with: 'passphrase', passphrase });
  device.close();
  (await open({ passphrase: passphrase.normalize('NFD') })).close();
});

test.each([
  ['too short', { unlock_with: 'passphrase', passphrase: '1234567' }],
  ['too short, though it has eight halves of letters', { unlock_with: 'passphrase', passphrase: '😀😀😀😀' }],
  ['left out', { unlock_with: 'passphrase' }],
  ['half a letter', { unlock_with: 'passphrase', passphrase: '12345678\ud800' }],
  ['twenty-four words', { unlock_with: 'passphrase', passphrase: 'word '.repeat(24) }],
  ['given where the key chain unlocks', { unlock_with: 'key chain', passphrase: PASSPHRASE }],
])('a passphrase that is %s is refused by its name', async (_, input) => {
  const { open, inTheClear } = lockedFolder();
  const device = await open();
  const answer = await device.call('turn_on_encryption', input);
  expect(answer).toMatchObject({ error: { type: 'InvalidInput', fields: ['passphrase'] } });
  expect(inTheClear()).toContain('device.db');
  device.close();
});

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

test('a database in memory can not be encrypted', async () => {
  const device = await openTestDevice();
  const input = { unlock_with: 'passphrase', passphrase: PASSPHRASE };
  expect(await device.refusal('turn_on_encryption', input)).toBe('EncryptionNotPossible');
  expect(await device.refusal('turn_off_encryption', {})).toBe('EncryptionIsOff');
  device.close();
});
