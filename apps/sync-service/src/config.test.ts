/** What an operator sets: by name, in a file where it is secret, and never unnoticed where it is mistyped. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfiguration } from './config.ts';
import { dataFolder, run, serve } from './process.testing.ts';
import { settings, settingsTable } from './settings.ts';

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
    listenDatabaseUrl: undefined,
    quota: { recordsMax: 500_000, bytesMax: 536_870_912 },
    requestsPerMinute: 600,
    metricsAddress: undefined,
    host: '127.0.0.1',
    port: 8737,
    tls: undefined,
    trustedProxies: undefined,
    drainSeconds: 0,
    logLevel: 'info',
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

const PROXY_RULE = 'must be addresses or networks such as 10.0.0.7 or 10.0.0.0/24, with commas between them.';

test.each([
  ['MHB_SYNC_PORT', '65536', 'must be a number from 0 to 65535.'],
  ['MHB_SYNC_HOST', 'two words', 'must be an address.'],
  ['MHB_SYNC_DATA_DIR', 'relative', 'must be a path that begins with /.'],
  ['MHB_SYNC_TLS_KEY_FILE', 'key.pem', 'must be a path that begins with /.'],
  ['MHB_SYNC_DRAIN_SECONDS', '301', 'must be a whole number from 0 to 300.'],
  ['MHB_SYNC_LOG_LEVEL', 'loud', 'must be info, warn or error.'],
  ['MHB_SYNC_TRUSTED_PROXY', 'everybody', PROXY_RULE],
  ['MHB_SYNC_TRUSTED_PROXY', '10.0.0.0/0', PROXY_RULE],
  ['MHB_SYNC_TRUSTED_PROXY', '10.0.0.0/33', PROXY_RULE],
  ['MHB_SYNC_TRUSTED_PROXY', '10.0.0.1;::1', PROXY_RULE],
  ['MHB_SYNC_TRUSTED_PROXY', '10.0.0.1,', PROXY_RULE],
])('%s=%s ends the start', async (name, value, rule) => {
  const folder = join(dataFolder(), 'not-yet');
  const { exit, stdout, stderr } = await run(['serve', '--data-dir', folder], { [name]: value });
  expect([exit, stdout, stderr]).toEqual([1, '', `mhb-sync: ${name} ${rule}\n`]);
  expect(existsSync(folder)).toBe(false);
});

test('a certificate without its key ends the start, and so does a key without its certificate', () => {
  expect(() => readConfiguration({ MHB_SYNC_TLS_CERTIFICATE_FILE: '/c' })).toThrow(
    'MHB_SYNC_TLS_CERTIFICATE_FILE is given without MHB_SYNC_TLS_KEY_FILE. TLS needs both.',
  );
  expect(() => readConfiguration({ MHB_SYNC_TLS_KEY_FILE: '/k' })).toThrow(
    'MHB_SYNC_TLS_KEY_FILE is given without MHB_SYNC_TLS_CERTIFICATE_FILE. TLS needs both.',
  );
});

test('where to LISTEN past a pooler is a secret like the database, and of no use without it', () => {
  const name = 'MHB_SYNC_LISTEN_DATABASE_URL';
  const [pooled, direct] = ['postgres://mhb@pooler:6432/mhb', 'postgres://mhb:secret@db:5432/mhb'];
  const path = join(dataFolder(), 'listen-database-url');
  writeFileSync(path, `${direct}\n`);
  expect(readConfiguration({ DATABASE_URL: pooled, [`${name}_FILE`]: path })).toMatchObject({
    databaseUrl: pooled,
    listenDatabaseUrl: direct,
  });
  expect(() => readConfiguration({ [name]: direct })).toThrow(
    `${name} is given without DATABASE_URL. The embedded Postgres has no pooler in front.`,
  );
  expect(() => readConfiguration({ DATABASE_URL: pooled, [name]: 'secret' })).toThrow(
    /^MHB_SYNC_LISTEN_DATABASE_URL must look like postgres:\/\/user:password@host:5432\/name\.$/,
  );
});

test.runIf(process.getuid?.() === 0)('a user without a home is no reason not to start', () => {
  const script = `process.setuid(12347); delete process.env.HOME;
    const { defaultDataFolder } = await import(${JSON.stringify(new URL('./config.ts', import.meta.url).href)});
    console.log(defaultDataFolder({}));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stdout).toBe('/var/lib/mental-health-bar-sync\n');
});

test('folder, address and port come from variables where no option says otherwise', async () => {
  const folder = dataFolder();
  const variables = { MHB_SYNC_DATA_DIR: folder, MHB_SYNC_HOST: '127.0.0.2', MHB_SYNC_PORT: '0' };
  const service = await serve(folder, ['--host', '127.0.0.3'], { ...variables, MHB_SYNC_PORT: '1' });
  expect(service.address).toMatch(/^http:\/\/127\.0\.0\.3:\d{2,5}$/);
  await service.stop();
  const { exit, stdout } = await run(['accounts', 'create'], variables);
  expect(exit).toBe(0);
  const listed = await run(['accounts', 'list', '--data-dir', folder]);
  expect(listed.stdout).toContain((JSON.parse(stdout) as { readonly account_id: string }).account_id);
});
