import { AccountId } from '@mhb/core-domain/wire';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secretFile } from './secret-file.ts';
import type { SyncSecrets } from './secrets.ts';

const secrets: SyncSecrets = {
  account_id: AccountId.parse('00112233445566778899aabbccddeeff'),
  api_key: 'mhb_test',
  master_secret: 'ab'.repeat(32),
};

const unreadable = (reason: string) => ({ ok: false, error: { type: 'SecretsUnreadable', reason } });

let folder = '';
let path = '';

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'mhb-secrets-'));
  path = join(folder, 'secrets.json');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

const modeOf = (file: string): number => fs.statSync(file).mode & 0o777;

test('[E9] secrets come back as they were written, and go when they are cleared', () => {
  const store = secretFile(path);
  expect(store.where).toBe('file');
  expect(store.read()).toEqual({ ok: true, value: undefined });
  expect(store.write({ ...secrets, recovery_phrase: 'twelve words' })).toEqual({
    ok: true,
    value: undefined,
  });
  expect(store.read()).toEqual({ ok: true, value: { ...secrets, recovery_phrase: 'twelve words' } });
  store.write(secrets);
  expect(secretFile(path).read()).toEqual({ ok: true, value: secrets });
  expect(fs.readFileSync(path, 'utf8')).not.toContain('twelve');
  expect(store.clear()).toEqual({ ok: true, value: undefined });
  expect(store.clear()).toEqual({ ok: true, value: undefined });
  expect(store.read()).toEqual({ ok: true, value: undefined });
  expect(fs.readdirSync(folder)).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  '[E9] only the owner may read the file, whatever the umask says',
  () => {
    const before = process.umask(0);
    try {
      secretFile(path).write(secrets);
      expect(modeOf(path)).toBe(0o600);
      fs.chmodSync(path, 0o644);
      expect(secretFile(path).read().ok).toBe(true);
      expect(modeOf(path)).toBe(0o600);
      secretFile(path).write(secrets);
      expect(modeOf(path)).toBe(0o600);
    } finally {
      process.umask(before);
    }
  },
);

test.each([
  ['nothing', ''],
  ['half a file', '{"account_id":"0011'],
  ['another shape', '{"account_id":1}'],
  ['a short master secret', JSON.stringify({ ...secrets, master_secret: 'ab' })],
  ['a member of a later version', JSON.stringify({ ...secrets, later: 1 })],
])('[E9] a file that holds %s is neither read nor written over', (_, text) => {
  fs.writeFileSync(path, text);
  const store = secretFile(path);
  expect(store.read()).toEqual(unreadable('Damaged'));
  expect(store.write(secrets)).toEqual(unreadable('Damaged'));
  expect(fs.readFileSync(path, 'utf8')).toBe(text);
  expect(store.clear().ok).toBe(true);
  expect(store.write(secrets).ok).toBe(true);
});

test('[E9] a link is not followed, neither to read nor to write', () => {
  const target = join(folder, 'target.json');
  secretFile(target).write(secrets);
  fs.symlinkSync(target, path);
  const store = secretFile(path);
  expect(store.read()).toEqual(unreadable('NotAFile'));
  expect(store.write({ ...secrets, api_key: 'other' })).toEqual(unreadable('NotAFile'));
  expect(store.clear().ok).toBe(true);
  expect(secretFile(target).read()).toEqual({ ok: true, value: secrets });
});

test('[E9] a link to nowhere does not make a file where it points', () => {
  fs.symlinkSync(join(folder, 'nowhere.json'), path);
  expect(secretFile(path).write(secrets)).toEqual(unreadable('NotAFile'));
  expect(fs.existsSync(join(folder, 'nowhere.json'))).toBe(false);
});

test('[E9] a folder in place of the file is refused', () => {
  fs.mkdirSync(path);
  expect(secretFile(path).read()).toEqual(unreadable('NotAFile'));
  expect(secretFile(path).write(secrets)).toEqual(unreadable('NotAFile'));
  expect(secretFile(path).clear()).toEqual({ ok: false, error: { type: 'SecretsNotWritten' } });
});

// Giving a file away takes the rights of root.
test.skipIf(process.getuid?.() !== 0)('[E9] a file of another owner is refused', () => {
  secretFile(path).write(secrets);
  fs.chownSync(path, 12_345, 12_345);
  expect(secretFile(path).read()).toEqual(unreadable('AnotherOwner'));
  expect(secretFile(path).write(secrets)).toEqual(unreadable('AnotherOwner'));
});

test('[E9] a folder that is not there is a failure, not a crash', () => {
  const store = secretFile(join(folder, 'gone', 'secrets.json'));
  expect(store.read()).toEqual({ ok: true, value: undefined });
  expect(store.write(secrets)).toEqual({ ok: false, error: { type: 'SecretsNotWritten' } });
});
