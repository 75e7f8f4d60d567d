/** What the command line says when it can't do what it was asked: one sentence, and exit code 1. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dataFolder, run } from './process.testing.ts';

const ONE_SENTENCE = /^mhb-sync: [^\n]*\.\n$/;

test.each([
  [['--help'], ['serve', 'accounts', 'DATABASE_URL']],
  [
    ['serve', '--help'],
    ['--data-dir', '--host', '--port'],
  ],
  [['accounts', '--help'], ['create']],
  [['accounts', 'create', '--help'], ['--data-dir']],
])('[O6] %j says what can be done', async (args, words) => {
  const { exit, stdout, stderr } = await run(args);
  expect([exit, stderr]).toEqual([0, '']);
  for (const word of words) expect(stdout).toContain(word);
});

test('[O6] --version says what the package says', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  expect(await run(['--version'])).toEqual({ exit: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([[['dance']], [['serve', '--dance']], [['serve', 'now']], [['accounts', 'delete']]])(
  '[O6] %j is no command and ends with code 1',
  async (args) => {
    const { exit, stdout, stderr } = await run(args);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toContain('Run mhb-sync --help for what can be done.');
  },
);

test.each(['', '-1', '65536', '80x', '0x50'])(
  '[O6] the port %j is refused before anything is made',
  async (port) => {
    const folder = join(dataFolder(), 'not-yet');
    const { exit, stdout, stderr } = await run(['serve', '--data-dir', folder, `--port=${port}`]);
    expect([exit, stdout, stderr]).toEqual([1, '', 'mhb-sync: --port must be a number from 0 to 65535.\n']);
    expect(existsSync(folder)).toBe(false);
  },
);

test.each(['mysql://localhost/x', 'localhost:5432', 'postgres://', 'postgres://a b/c'])(
  '[O6] the DATABASE_URL %j is refused with one sentence that does not quote it',
  async (url) => {
    const { exit, stdout, stderr } = await run(['serve', '--port', '0'], { DATABASE_URL: url });
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toBe('mhb-sync: DATABASE_URL must look like postgres://user:password@host:5432/name.\n');
  },
);

test.each(['MHB_SYNC_RECORDS_MAX', 'MHB_SYNC_BYTES_MAX'])(
  '[D8] a %s that is not a number of at least 1 is refused with one sentence',
  async (name) => {
    for (const value of ['0', '-1', '1.5', '5e3', 'many', '1000000000000000']) {
      const folder = join(dataFolder(), 'not-yet');
      const { exit, stdout, stderr } = await run(['serve', '--data-dir', folder], { [name]: value });
      expect([exit, stdout]).toEqual([1, '']);
      expect(stderr).toBe(`mhb-sync: ${name} must be a whole number from 1 to 999999999999999.\n`);
      expect(existsSync(folder)).toBe(false);
    }
  },
);

test('[D8] a number of requests that is none is refused with one sentence', async () => {
  for (const value of ['-1', '1.5', '6e2', 'many', '1000000', '007']) {
    const folder = join(dataFolder(), 'not-yet');
    const { exit, stdout, stderr } = await run(['serve', '--data-dir', folder], {
      MHB_SYNC_REQUESTS_PER_MINUTE: value,
    });
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'mhb-sync: MHB_SYNC_REQUESTS_PER_MINUTE must be a whole number from 0 to 999999; 0 for no limit.\n',
    );
    expect(existsSync(folder)).toBe(false);
  }
});

test.each([
  'postgres://secret:100%@127.0.0.1/name',
  'postgres://secret:secret@127.0.0.1:1/name',
  'postgres://secret@no-such-host.invalid/name',
])('[O6] a database that does not answer at %s is said so in one sentence', async (url) => {
  for (const command of [
    ['serve', '--port', '0'],
    ['accounts', 'create'],
  ]) {
    const { exit, stdout, stderr } = await run(command, { DATABASE_URL: url });
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'mhb-sync: The database does not answer. Check that it runs and that DATABASE_URL is right.\n',
    );
  }
});

test('[O6] a data folder that is a file is refused with one sentence', async () => {
  const file = join(dataFolder(), 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below')]) {
    const { exit, stderr } = await run(['serve', '--port', '0', '--data-dir', path]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(ONE_SENTENCE);
    expect(stderr).toContain('is not a folder');
  }
});

test('[O6] a data folder of another user is refused with one sentence and left as it is', async () => {
  const folder = join(dataFolder(), 'theirs');
  mkdirSync(folder, { mode: 0o755 });
  if (process.getuid?.() === 0) chownSync(folder, 12_345, 12_345);
  const path = process.getuid?.() === 0 ? folder : '/usr';
  const before = statSync(path);
  const { exit, stderr } = await run(['serve', '--port', '0', '--data-dir', path]);
  expect(exit).toBe(1);
  expect(stderr).toMatch(ONE_SENTENCE);
  expect(stderr).toContain('belongs to another user');
  expect([statSync(path).mode, statSync(path).uid]).toEqual([before.mode, before.uid]);
});

test('[O6] a folder with other things in it is refused, and its permissions stay as they are', async () => {
  const folder = dataFolder();
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, 'something else'), '');
  const { exit, stdout, stderr } = await run(['serve', '--port', '0', '--data-dir', folder]);
  expect([exit, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    `mhb-sync: The folder ${folder} holds other files. Choose an empty one with --data-dir.\n`,
  );
  expect(statSync(folder).mode & 0o777).toBe(0o777);
  expect(readdirSync(folder)).toEqual(['something else']);
});

test('[O6] a set-up that was interrupted is begun anew', async () => {
  const folder = dataFolder();
  const unfinished = join(folder, 'postgres.unfinished', 'base');
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, 'half a file'), '');
  const { exit, stdout } = await run(['accounts', 'create', '--data-dir', folder]);
  expect(exit).toBe(0);
  expect(stdout).toContain('"api_key":"mhb_');
  expect(readdirSync(folder).toSorted()).toEqual(['postgres', 'postgres.log']);
});

test('[O6] a port that is in use is said so in one sentence, and the database is stopped again', async () => {
  const folder = dataFolder();
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    other.close();
  });
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const { exit, stdout, stderr } = await run(['serve', '--data-dir', folder, '--port', port]);
  expect([exit, stdout]).toEqual([1, '']);
  expect(stderr.split('\n').at(-2)).toBe(
    `mhb-sync: Port ${port} is in use by another program. Choose another one with --port.`,
  );
  expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false);
  expect(existsSync(join(folder, 'service.pid'))).toBe(false);
});

test('[O6] an address that is not of this computer is said so in one sentence', async () => {
  const { exit, stderr } = await run(
    ['serve', '--data-dir', dataFolder(), '--port', '0', '--host', '192.0.2.1'],
    { MHB_SYNC_TRUSTED_PROXY: '127.0.0.1' },
  );
  expect(exit).toBe(1);
  expect(stderr).toContain('mhb-sync: 192.0.2.1 is not an address of this computer.');
});

/** A disk with this much room where this user may mount one, else a device on which no folder can be made. */
const smallDisk = (megabytes: number): string => {
  const folder = dataFolder();
  const size = `size=${String(megabytes + 1)}m`;
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder]);
  if (status !== 0) return '/dev/full/data';
  onTestFinished(() => {
    spawnSync('umount', [folder]);
  });
  writeFileSync(join(folder, 'something'), Buffer.alloc(1024 * 1024));
  return join(folder, 'data');
};

test.each([0, 7, 30])(
  '[O6] a disk with room for %i MB is said to be full in one sentence',
  async (megabytes) => {
    const path = smallDisk(megabytes);
    const { exit, stdout, stderr } = await run(['serve', '--port', '0', '--data-dir', path]);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr.replace('mhb-sync: Setting up the database (once) ...\n', '')).toMatch(ONE_SENTENCE);
  },
);
