/** Wrong passphrases cost time, and the right one never more than five minutes. */
import { expect, test } from 'vitest';
import { waitSecondsAfter } from './attempts.ts';
import { lockedFolder, PASSPHRASE, turnOn } from './encryption.testing.ts';

test('the wait grows with every wrong passphrase to five minutes at most', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 1_000].map(waitSecondsAfter);
  expect(waits).toEqual([0, 0, 0, 1, 2, 4, 8, 128, 256, 300, 300]);
});

test('within the wait even the right passphrase is not tried, in another process neither', async () => {
  const { open } = lockedFolder();
  const device = await open();
  await turnOn(device);
  device.close();
  const start = Date.parse('2025-03-10T12:00:00Z');
  const at = (seconds: number, passphrase: string) =>
    open({ passphrase }, { now: new Date(start + seconds * 1_000).toISOString() });
  await expect(at(0, 'wrong')).rejects.toThrow('WrongPassphrase');
  await expect(at(0, 'wrong')).rejects.toThrow('WrongPassphrase');
  await expect(at(0, 'wrong')).rejects.toThrow('WrongPassphrase');
  await expect(at(0.5, PASSPHRASE)).rejects.toThrow('TooManyAttempts');
  await expect(at(1, 'wrong')).rejects.toThrow('WrongPassphrase');
  await expect(at(2.9, PASSPHRASE)).rejects.toThrow('TooManyAttempts');
  (await at(3, PASSPHRASE)).close();
  // Forgotten with the right one.
  await expect(at(3, 'wrong')).rejects.toThrow('WrongPassphrase');
  (await at(3, PASSPHRASE)).close();
});

test('a clock that is set back by a year shuts nobody out for a year', async () => {
  const { open } = lockedFolder();
  const device = await open();
  await turnOn(device);
  device.close();
  const wrong = { passphrase: 'wrong' };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(open(wrong, { now: '2026-03-10T12:00:00Z' })).rejects.toThrow('WrongPassphrase');
  }
  const right = { passphrase: PASSPHRASE };
  await expect(open(right, { now: '2025-03-10T12:00:00Z' })).rejects.toThrow('TooManyAttempts');
  (await open(right, { now: '2025-03-10T12:00:01Z' })).close();
});

test('at an unlocked app wrong ones cost time too, and the answer says how much', async () => {
  const { open } = lockedFolder();
  const device = await open();
  await turnOn(device);
  const guess = () => device.call('show_recovery_key', { passphrase: 'wrong' });
  await guess();
  await guess();
  expect(await guess()).toMatchObject({
    error: {
      type: 'WrongPassphrase',
      wait_seconds: 1,
      message: 'That is not the passphrase.',
    },
  });
  expect(await guess()).toMatchObject({ error: { type: 'TooManyAttempts', wait_seconds: 1 } });
  device.clock.nowMs += 1_000;
  await device.run('show_recovery_key', { passphrase: PASSPHRASE });
  device.close();
});
