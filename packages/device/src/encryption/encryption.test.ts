/** Encryption at rest: what lies on the disk, and what opens it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDevice } from '../testing.ts';
import { lockedFolder, NOTES, PASSPHRASE, SYNC_SECRETS, turnOn } from './encryption.testing.ts';

test('nothing a person wrote lies on the disk in the clear, and the passphrase opens all of it', async () => {
  const { open, inTheClear, folder } = lockedFolder();
  const device = await open();
  device.secrets.write(SYNC_SECRETS);
  await device.run('log_mood', { mood_rating: 3, notes: NOTES });
  await device.run('back_up_now');
  expect(inTheClear()).toEqual(expect.arrayContaining(['device.db', 'backups/device-2025-03-10.db']));
  const before = device.exportJson();

  await turnOn(device);
  expect(await device.run('get_encryption_status')).toMatchObject({ unlock_with: 'passphrase' });
  await device.run('log_mood', { mood_rating: 4, notes: NOTES });
  await device.run('back_up_now');
  expect(inTheClear([NOTES, SYNC_SECRETS.api_key, SYNC_SECRETS.master_secret])).toEqual([]);
  expect(device.exportJson().length).toBeGreaterThan(before.length);
  const after = device.exportJson();
  device.close();
  expect(inTheClear([NOTES, SYNC_SECRETS.api_key, SYNC_SECRETS.master_secret])).toEqual([]);
  for (const name of ['device.db', 'lock.json', 'sync-secrets.json', 'backups/device-2025-03-10.db']) {
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  }

  await expect(open()).rejects.toThrow('Locked');
  await expect(open({ passphrase: 'correct horse batterie' })).rejects.toThrow('WrongPassphrase');
  const again = await open({ passphrase: PASSPHRASE });
  expect(again.exportJson()).toBe(after);
  expect(again.secrets.read()).toEqual({ ok: true, value: SYNC_SECRETS });
  again.close();
});

test('turned off, everything is as it was before, backups too', async () => {
  const { open, inTheClear } = lockedFolder();
  const device = await open();
  device.secrets.write(SYNC_SECRETS);
  await device.run('log_mood', { mood_rating: 3, notes: NOTES });
  await device.run('back_up_now');
  const before = device.exportJson();
  await turnOn(device);
  expect(await device.refusal('turn_off_encryption', {})).toBe('Locked');
  expect(await device.refusal('turn_off_encryption', { passphrase: 'wrong' })).toBe('WrongPassphrase');
  expect(inTheClear([SYNC_SECRETS.api_key])).toEqual([]);
  expect(await device.run('turn_off_encryption', { passphrase: PASSPHRASE })).toEqual({ backups_left: 0 });
  expect(await device.run('get_encryption_status')).toMatchObject({ unlock_with: null });
  expect(await device.refusal('turn_off_encryption', { passphrase: PASSPHRASE })).toBe('EncryptionIsOff');
  device.close();
  const again = await open();
  expect(again.exportJson()).toBe(before);
  expect(again.secrets.read()).toEqual({ ok: true, value: SYNC_SECRETS });
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
  await expect(open()).rejects.toThrow('KeyChainLocked');
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

test('a database in memory can not be encrypted', async () => {
  const device = await openTestDevice();
  const input = { unlock_with: 'passphrase', passphrase: PASSPHRASE };
  expect(await device.refusal('turn_on_encryption', input)).toBe('EncryptionNotPossible');
  expect(await device.refusal('turn_off_encryption', {})).toBe('EncryptionIsOff');
  device.close();
});
