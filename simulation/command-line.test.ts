/** What a person finds out from `mhb` alone: which commands there are, how each is called, and how to get a backup back. */
import { temporaryFolder } from '@mhb/device/testing';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount, deviceIn, runProgram, startService, turnSyncOn } from './programs.ts';

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Described {
  readonly name: string;
  readonly description: string;
  readonly input: { readonly required?: readonly string[] };
  readonly answer: object;
}

test('mhb commands prints every command with the schema of what it takes and answers', async () => {
  const { code, stdout } = await runProgram('mhb', ['commands']);
  const commands = JSON.parse(stdout) as readonly Described[];
  expect(code).toBe(0);
  for (const { name, description, input, answer } of commands) {
    expect(name).toMatch(/^[a-z_]+$/);
    expect(description).toMatch(/\.$/);
    expect(Object.keys(input)).toContain('$schema');
    expect(Object.keys(answer)).toContain('$schema');
  }
  const list = await runProgram('mhb', ['commands', '--list']);
  const lines = list.stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ', 1)[0])).toEqual(commands.map(({ name }) => name).toSorted());
});

test('mhb commands with a name prints that one', async () => {
  const { stdout } = await runProgram('mhb', ['commands', 'log_mood']);
  expect(JSON.parse(stdout)).toMatchObject({ name: 'log_mood', input: { required: ['mood_rating'] } });
});

test.each([
  ['call', 'log_moood', 'Did you mean log_mood?'],
  ['commands', 'log_moood', 'Did you mean log_mood?'],
  ['call', 'get_acivities', 'Did you mean get_activities?'],
  ['call', 'help', 'lists them all.'],
  ['call', 'brew_coffee', 'lists them all.'],
])('mhb %s %s says what was probably meant', async (verb, name, words) => {
  const { mhb } = deviceIn(join(folder, 'asking'));
  const { code, stdout, stderr } = await mhb(verb, name);
  const { error } = JSON.parse(stdout) as {
    readonly error: { readonly type: string; readonly message: string };
  };
  expect(error.type).toBe('UnknownCommand');
  expect(error.message.endsWith(words)).toBe(true);
  expect(stderr).toBe(`mhb: ${error.message}\n`);
  expect(code).toBe(1);
});

test('mhb backup makes one, lists it, and brings back what was lost', async () => {
  const first = deviceIn(join(folder, 'first'));
  await first.value('call', 'log_mood', '{"mood_rating": 6}');
  const made = (await first.value('backup', 'now')) as { readonly day: string; readonly file: string };
  expect(await first.value('backup', 'list')).toMatchObject([made]);

  const second = deviceIn(join(folder, 'second'));
  expect(await second.value('backup', 'restore', made.file)).toEqual({
    read: 1,
    changed: 1,
    unchanged: 0,
    skipped: 0,
  });
  expect(await second.exportJson()).toBe(await first.exportJson());
  expect((await second.answer('backup', 'restore', join(folder, 'nothing.db'))).error?.type).toBe(
    'NoSuchFile',
  );
});

test.each([
  'commands --help',
  'backup --help',
  'backup restore --help',
  'import daylio --help',
  'lock --help',
  'pair --help',
  'devices --help',
  'devices revoke --help',
])('mhb %s explains itself', async (args) => {
  const { code, stdout } = await runProgram('mhb', args.split(' '));
  expect(stdout).toMatch(/^Usage: mhb/);
  expect(code).toBe(0);
});

test('[D8] mhb verify says in one sentence that both sides hold the same', async () => {
  const service = await startService(join(folder, 'service'));
  const api_key = await createAccount(join(folder, 'service'));
  const device = deviceIn(join(folder, 'verified'));
  expect((await device.mhb('verify')).stderr).toBe('mhb: Sync is off. Turn it on with enable_sync.\n');
  await turnSyncOn(device, { url: service.url, api_key });
  await device.value('call', 'log_mood', '{"mood_rating": 4}');
  const { code, stdout, stderr } = await device.mhb('verify');
  expect([code, stderr]).toEqual([0, 'mhb: Both sides hold the same 1 record.\n']);
  expect(JSON.parse(stdout)).toMatchObject({ value: { same: true, records_here: 1, head: 1 } });
  expect(await service.stop()).toBe(0);
});
