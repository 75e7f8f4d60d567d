/**
 * What a disk may do to a device's file: cut it off, change bytes of it, lose its WAL, or not let it be written to. It
 * opens and answers, or is refused with its reason; a file that is refused is left as it is.
 */
import { openTestDevice, temporaryFolder, type TestDevice } from '@mhb/device/testing';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

const ENTRIES = 120;
const MUTANTS = Number(process.env.MHB_DAMAGED_FILES ?? 1_000);
const PAGE = 4_096;

interface Files {
  readonly database: Buffer;
  readonly wal: Buffer;
}

/** A file that was closed, with nothing beside it. */
let whole: Buffer;
/** As it lies on the disk while a device has it open: half of the entries are in the WAL. */
let open: Files;

const logMoods = async (device: TestDevice, from: number, to: number): Promise<void> => {
  for (let number = from; number < to; number += 1)
    await device.run('log_mood', { mood_rating: (number % 7) + 1, notes: `entry ${String(number)}` });
};

beforeAll(async () => {
  const databasePath = join(temporaryFolder(), 'device.db');
  const first = await openTestDevice({ databasePath });
  await logMoods(first, 0, ENTRIES / 2);
  first.close();
  const second = await openTestDevice({ databasePath });
  await logMoods(second, ENTRIES / 2, ENTRIES);
  open = { database: readFileSync(databasePath), wal: readFileSync(`${databasePath}-wal`) };
  second.close();
  whole = readFileSync(databasePath);
});

/** Opens it and asks for everything. Answers how many entries it shows, or why it was refused. */
const openAndRead = async (databasePath: string): Promise<number | string> => {
  let device: TestDevice;
  try {
    device = await openTestDevice({ databasePath, backupFolder: join(databasePath, '..', 'backups') });
  } catch (error) {
    return /^the device did not open: (\w+)$/.exec((error as Error).message)?.[1] ?? String(error);
  }
  try {
    const shown = await device.call('get_mood_history', { limit: 500 });
    return 'error' in shown ? shown.error.type : (shown.value as readonly unknown[]).length;
  } catch (error) {
    // Within a text a changed byte is a letter like any other; the tests' check of every answer sees an odd moment.
    if ((error as Error).message.startsWith('The answer of get_mood_history is not')) return ENTRIES;
    throw error;
  } finally {
    device.close();
  }
};

const openCopy = async (database: Uint8Array, wal?: Uint8Array) => {
  const databasePath = join(temporaryFolder(), 'device.db');
  writeFileSync(databasePath, database);
  if (wal !== undefined) writeFileSync(`${databasePath}-wal`, wal);
  const outcome = await openAndRead(databasePath);
  return { outcome, isUntouched: readFileSync(databasePath).equals(database) };
};

test('the file as it was shows everything', async () => {
  expect((await openCopy(whole)).outcome).toBe(ENTRIES);
  expect((await openCopy(open.database, open.wal)).outcome).toBe(ENTRIES);
});

test('[F11] a file that was cut off anywhere is refused or whole, and left as it is', async () => {
  const nearBothEnds = (length: number): boolean => length < 4 * PAGE || length > whole.length - 4 * PAGE;
  for (let length = 512; length < whole.length; length += 512) {
    if (!nearBothEnds(length)) continue;
    const { outcome, isUntouched } = await openCopy(whole.subarray(0, length));
    // What was cut off at the very end may have been free.
    expect(['FileDamaged', ENTRIES], `cut to ${String(length)} bytes`).toContain(outcome);
    if (outcome === 'FileDamaged') expect(isUntouched).toBe(true);
  }
});

test('[F12] of files with changed bytes each is refused, or opens and answers', async () => {
  const change = fc.record({ at: fc.nat({ max: whole.length - 1 }), byte: fc.nat({ max: 255 }) });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 64 }), async (changes) => {
      const damaged = Buffer.from(whole);
      for (const { at, byte } of changes) damaged[at] = byte;
      const { outcome, isUntouched } = await openCopy(damaged);
      if (outcome === 'FileDamaged') {
        refused += 1;
        expect(isUntouched).toBe(true);
      } else {
        expect(outcome).toBeTypeOf('number');
      }
    }),
    { numRuns: MUTANTS },
  );
  expect(refused).toBeGreaterThan(MUTANTS / 20);
});

test('[F12] a column whose name was changed is told as damage, or makes no difference', async () => {
  let refused = 0;
  for (const text of ['created_at', 'recorded_at']) {
    for (let at = whole.indexOf(text); at !== -1; at = whole.indexOf(text, at + 1)) {
      const damaged = Buffer.from(whole);
      damaged[at] = 0x58;
      const { outcome } = await openCopy(damaged);
      expect(['FileDamaged', ENTRIES], `${text} at ${String(at)}`).toContain(outcome);
      if (outcome === 'FileDamaged') refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(1);
});

test('[F13] without its WAL, or with one that is damaged, a file shows a state that it once had', async () => {
  const other = Buffer.from(open.wal);
  other.fill(0x5a, 8, 24);
  const flipped = Buffer.from(open.wal);
  const middle = Math.floor(flipped.length / 2);
  flipped[middle] = (flipped[middle] ?? 0) ^ 0xff;
  const wals: readonly (Buffer | undefined)[] = [
    undefined,
    Buffer.alloc(0),
    other,
    flipped,
    ...[1, 2, 3, 5, 8, 13].map((part) => open.wal.subarray(0, Math.floor((open.wal.length * part) / 16))),
  ];
  for (const [index, wal] of wals.entries()) {
    const { outcome } = await openCopy(open.database, wal);
    expect(outcome, `WAL ${String(index)}`).toBeTypeOf('number');
    expect(outcome).toBeGreaterThanOrEqual(ENTRIES / 2);
    expect(outcome).toBeLessThanOrEqual(ENTRIES);
  }
});

// Only root can make a disk that lets nobody write.
test.runIf(process.getuid?.() === 0)(
  '[F10] a file that may not be written to is refused with its reason, and left as it is',
  async () => {
    const disk = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
    try {
      const folder = join(disk, 'device');
      mkdirSync(folder);
      const databasePath = join(folder, 'device.db');
      writeFileSync(databasePath, whole);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      expect(await openAndRead(databasePath)).toBe('FileReadOnly');
      expect(readFileSync(databasePath).equals(whole)).toBe(true);
      expect(existsSync(`${databasePath}-wal`)).toBe(false);
      const copy = join(temporaryFolder(), 'device.db');
      copyFileSync(databasePath, copy);
      expect(await openAndRead(copy)).toBe(ENTRIES);
    } finally {
      execFileSync('umount', [disk]);
    }
  },
);
