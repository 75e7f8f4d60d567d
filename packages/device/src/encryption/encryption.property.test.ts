/** Whatever is turned on, changed, turned off, closed and opened in whatever order: nothing is lost, nothing guessed. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestDevice } from '../testing.ts';
import { type LockedFolder, lockedFolder, NOTES } from './encryption.testing.ts';

const PASSPHRASES = ['first passphrase', 'second passphrase', 'third passphrase'] as const;

const anyStep = fc.oneof(
  fc.record({
    name: fc.constantFrom(
      'turn_on_encryption',
      'turn_off_encryption',
      'show_recovery_key',
      'reopen' as const,
    ),
    passphrase: fc.constantFrom(...PASSPHRASES),
  }),
  fc.record({
    name: fc.constant('change_passphrase' as const),
    passphrase: fc.constantFrom(...PASSPHRASES),
    new_passphrase: fc.constantFrom(...PASSPHRASES),
  }),
  fc.record({
    name: fc.constantFrom('log_mood', 'back_up_now', 'key chain' as const),
    passphrase: fc.constant(''),
  }),
);
type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never;

/** What the device must be like: the passphrase that opens it, the key chain, or nothing at all. */
interface Model {
  /** 'key chain', or the passphrase. */
  unlock: string | null;
  entries: number;
}

const lockFileOf = ({ folder }: LockedFolder): string => {
  try {
    return readFileSync(join(folder, 'lock.json'), 'utf8');
  } catch {
    return '';
  }
};

const take = async (
  { device, place, model }: { device: TestDevice; place: LockedFolder; model: Model },
  step: Step,
): Promise<TestDevice> => {
  // Each attempt long after the last one, so that no wait decides.
  device.clock.nowMs += 600_000;
  const before = lockFileOf(place);
  const isRight = model.unlock === 'key chain' || model.unlock === step.passphrase;
  switch (step.name) {
    case 'log_mood':
      await device.run('log_mood', { mood_rating: 4, notes: NOTES });
      model.entries += 1;
      return device;
    case 'back_up_now':
      await device.run('back_up_now');
      return device;
    case 'reopen':
      return reopen({ device, place, model }, step.passphrase);
    case 'key chain':
    case 'turn_on_encryption': {
      const unlock_with = step.name === 'key chain' ? 'key chain' : 'passphrase';
      const given = unlock_with === 'passphrase' ? { passphrase: step.passphrase } : {};
      const answer = await device.call('turn_on_encryption', { unlock_with, ...given });
      expect('value' in answer).toBe(model.unlock === null);
      if ('value' in answer) model.unlock = unlock_with === 'key chain' ? 'key chain' : step.passphrase;
      else expect(lockFileOf(place)).toBe(before);
      return device;
    }
    default: {
      const { name, ...input } = step;
      const answer = await device.call(name, input);
      expect('value' in answer).toBe(model.unlock !== null && isRight);
      if (!('value' in answer)) expect(lockFileOf(place)).toBe(before);
      else if (name === 'turn_off_encryption') model.unlock = null;
      else if ('new_passphrase' in step) model.unlock = step.new_passphrase;
      return device;
    }
  }
};

const reopen = async (
  { device, place, model }: { device: TestDevice; place: LockedFolder; model: Model },
  passphrase: string,
): Promise<TestDevice> => {
  // After whatever wait the wrong passphrases so far have earned.
  const now = new Date(device.clock.nowMs + 600_000).toISOString();
  device.close();
  if (model.unlock !== null && model.unlock !== 'key chain' && model.unlock !== passphrase) {
    await expect(place.open({ passphrase }, { now })).rejects.toThrow('WrongPassphrase');
    return place.open(
      { passphrase: model.unlock },
      { now: new Date(Date.parse(now) + 600_000).toISOString() },
    );
  }
  return place.open(model.unlock === null ? undefined : { passphrase }, { now });
};

test('encryption follows what it is told, and every entry is there in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 14 }), async (steps) => {
      const place = lockedFolder();
      const model: Model = { unlock: null, entries: 0 };
      let device = await place.open();
      for (const step of steps) {
        device = await take({ device, place, model }, step);
        expect(await device.run('get_encryption_status')).toMatchObject({
          unlock_with: model.unlock === null || model.unlock === 'key chain' ? model.unlock : 'passphrase',
        });
        if (model.unlock !== null) expect(place.inTheClear()).toEqual([]);
      }
      device = await reopen({ device, place, model }, PASSPHRASES[0]);
      expect((device.exportJson().match(new RegExp(NOTES, 'g')) ?? []).length).toBe(model.entries);
      device.close();
    }),
    { numRuns: 60 },
  );
});
