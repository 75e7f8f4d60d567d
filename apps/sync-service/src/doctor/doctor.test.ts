/** `mhb-sync doctor`: it finds what is wrong, says what to do, changes nothing, and tells no secret. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { FIRST, ISSUED_BY_FIRST, SECOND } from '../http/certificates.testing.ts';
import { makeCluster, makeStandby, startCluster } from '../database/cluster.testing.ts';
import { openServiceDatabase } from '../open-service-database.ts';
import { type Check, examine } from './doctor.ts';
import { dataFolder, run, serve } from '../process.testing.ts';

const isRoot = process.getuid?.() === 0;

const found = async (
  environment: Readonly<Record<string, string>>,
  dataDir = dataFolder(),
  now = new Date(),
): Promise<readonly string[]> =>
  (await examine({ environment, dataDir, now })).map(
    ({ state, check, message }) => `${state} ${check}: ${message}`,
  );

const wrong = async (...given: Parameters<typeof found>): Promise<readonly string[]> =>
  (await found(...given)).filter((line) => !line.startsWith('ok '));

const asOwner = async (url: string, text: string): Promise<void> => {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(text).finally(() => client.end());
};

test('[O6] of a service that runs well nothing is wrong, in words and as JSON', async () => {
  const folder = dataFolder();
  const service = await serve(folder);
  const { exit, stdout, stderr } = await run(['doctor', '--data-dir', folder]);
  const { ok, checks } = JSON.parse(stdout) as { readonly ok: boolean; readonly checks: readonly Check[] };
  expect([exit, ok]).toEqual([0, true]);
  expect(checks.map(({ state }) => state)).toEqual(checks.map(() => 'ok'));
  expect(new Set(checks.map(({ check }) => check))).toEqual(
    new Set(['settings', 'versions', 'address', 'permissions', 'disk', 'clock', 'database']),
  );
  for (const { message } of checks) expect(stderr).toContain(message);
  expect(stderr).toMatch(/It is Postgres 18\./);
  await service.stop();
});

test('[O6] it makes no folder where there is none, and says that one is missing', async () => {
  const folder = join(dataFolder(), 'not-yet');
  const { exit, stderr } = await run(['doctor', '--data-dir', folder]);
  expect(exit).toBe(0);
  expect(stderr).toContain(`warning permissions There is no folder ${folder} yet`);
  expect(existsSync(folder)).toBe(false);
});

test('[O6] a setting that can not be is a problem that ends it with code 1', async () => {
  const { exit, stdout, stderr } = await run(['doctor', '--data-dir', dataFolder()], { MHB_SYNC_PROT: '1' });
  expect(exit).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false });
  expect(stderr).toContain('problem settings    MHB_SYNC_PROT is no setting of this service.');
});

test('[O6] plain http on a network is a problem', async () => {
  expect(await wrong({ MHB_SYNC_HOST: '0.0.0.0' }, dataFolder())).toEqual([
    expect.stringMatching(/^problem address: On 0\.0\.0\.0 API keys would cross the network in the clear\./),
  ]);
});

test('[O6] a data folder that others can read, or own, is a problem', async () => {
  const folder = dataFolder();
  chmodSync(folder, 0o755);
  expect(await wrong({}, folder)).toEqual([
    `problem permissions: The folder ${folder} is open to other users (mode 755). Run chmod 700 ${folder}.`,
  ]);
  writeFileSync(join(folder, 'file'), '');
  expect(await wrong({}, join(folder, 'file'))).toEqual([
    `problem permissions: ${join(folder, 'file')} is not a folder. Choose another --data-dir.`,
  ]);
});

test.runIf(isRoot)('[O6] a disk with little room is a warning, one with hardly any a problem', async () => {
  const folder = dataFolder();
  for (const [size, state] of [
    ['100m', 'problem'],
    ['600m', 'warning'],
  ] as const) {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', folder]);
    if (mounted.status !== 0) return;
    const lines = await wrong({}, folder);
    spawnSync('umount', [folder]);
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^${state} disk: \\d+ MB are free.* Make room`)),
    ]);
  }
});

test('[O6] files from the future are told from a clock that was set back', async () => {
  const folder = dataFolder();
  mkdirSync(join(folder, 'postgres'));
  writeFileSync(join(folder, 'postgres.log'), '');
  const tomorrow = new Date(Date.now() + 86_400_000);
  utimesSync(join(folder, 'postgres.log'), tomorrow, tomorrow);
  expect(await wrong({}, folder)).toEqual([
    expect.stringMatching(/^problem clock: It is .* Set the clock, and keep it right with NTP\.$/),
  ]);
});

const tlsFiles = (cert: string, key: string, mode = 0o600) => {
  const folder = dataFolder();
  writeFileSync(join(folder, 'cert'), cert);
  writeFileSync(join(folder, 'key'), key);
  chmodSync(join(folder, 'key'), mode);
  return {
    MHB_SYNC_TLS_CERTIFICATE_FILE: join(folder, 'cert'),
    MHB_SYNC_TLS_KEY_FILE: join(folder, 'key'),
  };
};

test('[O6] a certificate is good, soon to run out, run out, not valid yet, or not the one of its key', async () => {
  const variables = tlsFiles(FIRST.cert, FIRST.key);
  const on = (day: string): Promise<readonly string[]> => wrong(variables, dataFolder(), new Date(day));
  expect(await on('2027-01-01')).toEqual([]);
  expect(await on('2126-10-30')).toEqual([
    'warning tls: The certificate runs out in 6 days. Renew it; it is read again by itself.',
  ]);
  expect(await on('2127-01-01')).toEqual([
    'problem tls: The certificate has run out. Renew it; it is read again by itself.',
  ]);
  expect(await on('2020-01-01')).toEqual([
    'problem tls: The certificate is not valid yet. Set the clock, or wait.',
  ]);
  expect(await wrong(tlsFiles(ISSUED_BY_FIRST.cert, ISSUED_BY_FIRST.key))).toEqual([
    expect.stringMatching(/^warning tls: The file holds the certificate alone\. Give .*fullchain\.pem/),
  ]);
  const chain = ISSUED_BY_FIRST.cert + FIRST.cert;
  expect(await wrong(tlsFiles(chain, ISSUED_BY_FIRST.key))).toEqual([]);
  expect(await wrong(tlsFiles(FIRST.cert, SECOND.key))).toEqual([
    'problem tls: MHB_SYNC_TLS_KEY_FILE names a key that is not the one of the certificate. Give the two that belong together.',
  ]);
});

test('[O6] a secret that every user can read is a warning', async () => {
  const variables = tlsFiles(FIRST.cert, FIRST.key, 0o644);
  expect(await wrong(variables)).toEqual([
    expect.stringMatching(
      /^warning permissions: .*\/key holds a secret and is open to every user \(mode 644\)\./,
    ),
  ]);
});

test('[O6] [D11] a database that is away is a problem, and its password is not told', async () => {
  const path = join(dataFolder(), 'url');
  writeFileSync(path, 'postgres://somebody:marked@127.0.0.1:1/marked\n', { mode: 0o600 });
  const lines = await wrong({ DATABASE_URL_FILE: path });
  expect(lines).toEqual([expect.stringMatching(/^problem database: The database does not answer\./)]);
  expect(String(lines)).not.toContain('marked');
});

test('[O6] an external database is asked for its version, safety, tables and clock, and left as it is', async () => {
  const folder = await makeCluster();
  const { url, stop } = await startCluster(folder, { synchronous_commit: 'off' });
  expect(await wrong({ DATABASE_URL: url })).toEqual([
    expect.stringMatching(/^warning database: An acknowledged change survives a kill of the service\. Turn/),
  ]);
  expect(await found({ DATABASE_URL: url })).toContain(
    'ok database: It is empty. mhb-sync serve makes the tables.',
  );

  await asOwner(url, 'create role guest login; revoke create on schema public from public');
  const asGuest = url.replace('user=mhb', 'user=guest');
  expect(String(await wrong({ DATABASE_URL: asGuest }))).toContain('may not make tables. Make it the owner');

  const opened = await openServiceDatabase({ url, dataDir: '', purpose: 'command', say: () => undefined });
  await opened.close();
  expect(String(await found({ DATABASE_URL: url }))).toMatch(/Its tables are of version \d+, the newest\./);
  await asOwner(url, "insert into migration values (9999, 'of a later version', '')");
  expect(String(await wrong({ DATABASE_URL: url }))).toMatch(/version 9999, .* Update the service\./);
  await asOwner(
    url,
    'delete from migration where number = (select number from migration order by number desc limit 1 offset 1) or number = 9999',
  );
  expect(String(await found({ DATABASE_URL: url }))).toMatch(/mhb-sync serve brings them to \d+\./);
  await stop();
});

test('[O6] a database that loses data, and a standby, are problems', async () => {
  const folder = await makeCluster();
  const first = await startCluster(folder, { fsync: 'off' });
  expect(String(await wrong({ DATABASE_URL: first.url }))).toContain(
    'fsync=off and would lose data. Turn fsync on.',
  );
  await first.stop();
  const standby = makeStandby(folder, first);
  onTestFinished(() => {
    spawnSync('rm', ['-r', standby]);
  });
  const second = await startCluster(standby);
  expect(String(await wrong({ DATABASE_URL: second.url }))).toContain('Give the address of the primary.');
  await second.stop();
});

test.runIf(isRoot)('[O6] the folder of another user is a problem for who is not root', () => {
  const folder = dataFolder();
  chownSync(folder, 12_345, 12_345);
  const script = `import { lookAtFolder } from ${JSON.stringify(new URL('./doctor-files.ts', import.meta.url).href)};
    process.seteuid(12346); process.getuid = () => 12346; console.log(lookAtFolder(${JSON.stringify(folder)})[0].message);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stdout).toBe(`The folder ${folder} belongs to another user. Run this as the user of the service.\n`);
});
