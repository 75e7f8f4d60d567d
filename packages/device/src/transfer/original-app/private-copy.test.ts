/** The copy that is read in place of a person's file: private, whole, and gone afterwards. */
import { ok } from '@mhb/core-domain';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../testing.ts';
import { withPrivateCopy } from './private-copy.ts';

const sourceWith = (parts: Readonly<Record<string, string>>): string => {
  const path = join(temporaryFolder(), 'source.db');
  for (const [suffix, text] of Object.entries(parts)) writeFileSync(path + suffix, text);
  return path;
};
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('the copy and its folder are for their owner alone, and can be written to, whatever the mode of the file', () => {
  const [path, temporary] = [sourceWith({ '': 'entries', '-wal': 'newest' }), temporaryFolder()];
  for (const part of [path, `${path}-wal`]) chmodSync(part, 0o444);
  const modes = withPrivateCopy({ path, temporaryFolder: temporary }, (copy) =>
    ok([dirname(copy), copy, `${copy}-wal`].map(modeOf)),
  );
  expect(modes).toEqual(ok([0o700, 0o600, 0o600]));
});

test('the log and the journal come along, the shared memory does not', () => {
  const parts = { '': 'entries', '-wal': 'newest', '-journal': 'undone', '-shm': 'index' };
  const path = sourceWith(parts);
  const copied = withPrivateCopy({ path, temporaryFolder: temporaryFolder() }, (copy) =>
    ok(readdirSync(dirname(copy)).map((name) => [name, readFileSync(join(dirname(copy), name), 'utf8')])),
  );
  expect(copied).toEqual(
    ok([
      ['copy.db', 'entries'],
      ['copy.db-journal', 'undone'],
      ['copy.db-wal', 'newest'],
    ]),
  );
});

test('the copy is gone afterwards, also where reading it failed on a broken promise', () => {
  const [path, temporary] = [sourceWith({ '': 'entries' }), temporaryFolder()];
  const copies: string[] = [];
  const read = (copy: string): never => {
    copies.push(copy);
    writeFileSync(`${copy}-shm`, 'made while reading');
    throw new Error('a fault of ours');
  };
  expect(() => withPrivateCopy({ path, temporaryFolder: temporary }, read)).toThrow('a fault of ours');
  expect(copies).toHaveLength(1);
  expect(existsSync(dirname(copies[0]!))).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
});

test('a copy that a killed import left behind is gone after the next one', () => {
  const [path, temporary] = [sourceWith({ '': 'entries' }), temporaryFolder()];
  mkdirSync(join(temporary, 'import-copy'));
  writeFileSync(join(temporary, 'import-copy', 'copy.db-wal'), 'of another file');
  const read = withPrivateCopy({ path, temporaryFolder: temporary }, (copy) =>
    ok(readdirSync(dirname(copy))),
  );
  expect(read).toEqual(ok(['copy.db']));
  expect(readdirSync(temporary)).toEqual([]);
});
