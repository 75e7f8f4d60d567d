/** What an operator sets: by name, in a file where it is secret, and never unnoticed where it is mistyped. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfiguration, settings, settingsTable } from './config.ts';
import { dataFolder, run } from './process.testing.ts';

const cellsOf = (table: string): readonly (readonly string[])[] =>
  table
    .trim()
    .split('\n')
    .filter((line) => !/^[|\s:-]+$/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

test('the table of docs/settings.md says of every setting what it is for and what it may be', () => {
  const document = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
  const table = /<!-- settings begin -->([^]*)<!-- settings end -->/.exec(document)?.[1] ?? '';
  expect(cellsOf(table)).toEqual(cellsOf(settingsTable()));
});

test('--help names every setting', async () => {
  const { stdout } = await run(['--help']);
  for (const { name, meaning } of Object.values(settings)) {
    expect(stdout).toContain(name);
    expect(stdout).toContain(meaning);
  }
});

test('without any variable everything is as the table says', () => {
  expect(readConfiguration({ PATH: '/usr/bin', MHB_OTHER: 'of another program' })).toEqual({
    databaseUrl: undefined,
    quota: { recordsMax: 500_000, bytesMax: 536_870_912 },
    requestsPerMinute: 600,
    metricsAddress: undefined,
  });
});

test.each([
  ['serve', '--port', '0'],
  ['accounts', 'create'],
])('a variable that is no setting ends %s with one sentence that names it', async (...command) => {
  const { exit, stdout, stderr } = await run(command, { MHB_SYNC_REQUESTS_PER_MINTE: '60' });
  expect([exit, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    'mhb-sync: MHB_SYNC_REQUESTS_PER_MINTE is no setting of this service. mhb-sync --help lists them all.\n',
  );
});

test('what is secret may be in a file, and is read without its line’s end', () => {
  const path = join(dataFolder(), 'database-url');
  const url = 'postgres://somebody:secret@db:5432/mhb';
  writeFileSync(path, `${url}\n`);
  expect(readConfiguration({ DATABASE_URL_FILE: path }).databaseUrl).toBe(url);
  expect(() => readConfiguration({ DATABASE_URL_FILE: path, DATABASE_URL: url })).toThrow(
    'DATABASE_URL and DATABASE_URL_FILE are both given. Leave one of them out.',
  );
  expect(() => readConfiguration({ DATABASE_URL_FILE: join(path, 'nothing') })).toThrow(
    'DATABASE_URL_FILE names a file that can’t be read.',
  );
  writeFileSync(path, 'secret\n');
  expect(() => readConfiguration({ DATABASE_URL_FILE: path })).toThrow(
    /^DATABASE_URL must look like postgres:\/\/user:password@host:5432\/name\.$/,
  );
});

test('only what is secret is looked for in a file', () => {
  expect(() => readConfiguration({ MHB_SYNC_BYTES_MAX_FILE: '/etc/hostname' })).toThrow(
    'MHB_SYNC_BYTES_MAX_FILE is no setting of this service.',
  );
});
