/** What can go wrong on the command line: one clear sentence each, JSON for a program, exit code 1, nothing lost. */
import { inFile, temporaryFolder } from '@mhb/device/testing';
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  createAccount,
  deviceIn,
  type Ended,
  HISTORY,
  runProgram,
  type RunningService,
  startService,
  turnSyncOn,
} from './programs.ts';

let folder: string;
let service: RunningService;
beforeAll(async () => {
  folder = temporaryFolder();
  service = await startService(join(folder, 'service'));
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

let devices = 0;
const newFolder = (): string => {
  devices += 1;
  return join(folder, `device-${String(devices)}`);
};

/** Refused with this type: JSON on standard output, the same sentence on standard error, and exit code 1. */
const expectRefusal = ({ code, stdout, stderr }: Ended, type: string): Answer['error'] => {
  const { error } = JSON.parse(stdout) as Answer;
  expect(error?.type).toBe(type);
  expect(error?.message).toMatch(/^\S.*[.?]$/);
  expect(stderr).toBe(`mhb: ${error?.message ?? ''}\n`);
  expect(code).toBe(1);
  return error;
};

describe('a command', () => {
  test('that does not exist, or input that is not JSON, is refused', async () => {
    const { mhb } = deviceIn(newFolder());
    expectRefusal(await mhb('call', 'log_dream', '{}'), 'UnknownCommand');
    expectRefusal(await mhb('call', '__proto__', '{}'), 'UnknownCommand');
    expectRefusal(await mhb('call', 'log_mood', '{mood_rating: 5}'), 'InvalidJson');
    expectRefusal(await mhb('call', 'log_mood', '5'), 'InvalidInput');
  });

  test('names the fields that are wrong, and never what was written in them', async () => {
    const { mhb } = deviceIn(newFolder());
    const words = 'nobody may see these words';
    const ended = await mhb(
      'call',
      'log_mood',
      JSON.stringify({ mood_rating: words, notes: 5, feeling: words }),
    );
    expect(expectRefusal(ended, 'InvalidInput')?.fields?.toSorted()).toEqual([
      'feeling',
      'mood_rating',
      'notes',
    ]);
    expect(ended.stdout + ended.stderr).not.toContain(words);
  });

  test.each([
    '--help',
    'call --help',
    'import --help',
    'import original --help',
    'export --help',
    'sync --help',
    'status --help',
  ])('mhb %s explains itself', async (args) => {
    const { code, stdout } = await runProgram('mhb', args.split(' '));
    expect(stdout).toMatch(/^Usage: mhb/);
    expect(code).toBe(0);
  });

  test('that is not one of the program is told with how to go on', async () => {
    const { code, stdout, stderr } = await runProgram('mhb', ['impotr']);
    expect(stdout).toBe('');
    expect(stderr).toContain('mhb --help');
    expect(code).toBe(1);
  });
});

describe('a data folder', () => {
  test('and everything in it is for its owner alone', async () => {
    const dataDir = newFolder();
    mkdirSync(dataDir, { mode: 0o755 });
    const device = deviceIn(dataDir);
    await device.value('call', 'log_mood', '{"mood_rating": 5}');
    await turnSyncOn(device, { url: service.url, api_key: await createAccount(join(folder, 'service')) });
    const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    expect(modeOf(dataDir)).toBe('700');
    expect(readdirSync(dataDir).toSorted()).toContain('sync-secrets.json');
    const names = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.startsWith('backups/'))).toHaveLength(1);
    for (const name of names) {
      const mode = name === 'backups' ? '700' : '600';
      expect([name, modeOf(join(dataDir, name))]).toEqual([name, mode]);
    }
  });

  test('that is a file is refused', async () => {
    const path = newFolder();
    writeFileSync(path, 'a file');
    expectRefusal(await deviceIn(path).mhb('status'), 'NotAFolder');
    expectRefusal(await deviceIn(join(path, 'below')).mhb('status'), 'NotAFolder');
    expect(readFileSync(path, 'utf8')).toBe('a file');
  });

  // Only root can give a folder away.
  test.runIf(process.getuid?.() === 0)('of somebody else is refused and not touched', async () => {
    const dataDir = newFolder();
    mkdirSync(dataDir);
    chownSync(dataDir, 12_345, 12_345);
    expectRefusal(await deviceIn(dataDir).mhb('call', 'log_mood', '{"mood_rating": 5}'), 'AnotherOwner');
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('with a damaged file is told and left as it is; a copy that is whole still opens', async () => {
    const dataDir = newFolder();
    const device = deviceIn(dataDir);
    await device.value('import', 'original', HISTORY);
    const whole = await device.exportJson();
    const path = join(dataDir, 'device.db');
    copyFileSync(path, join(folder, 'whole.db'));
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 20_000, 60_000);
    writeFileSync(path, bytes);
    expectRefusal(await device.mhb('call', 'log_mood', '{"mood_rating": 5}'), 'FileDamaged');
    expect(readFileSync(path).equals(bytes)).toBe(true);
    copyFileSync(join(folder, 'whole.db'), path);
    expect(await device.exportJson()).toBe(whole);
  });

  test('of a newer version is told and left as it is', async () => {
    const dataDir = newFolder();
    const device = deviceIn(dataDir);
    await device.value('call', 'log_mood', '{"mood_rating": 5}');
    inFile(join(dataDir, 'device.db'), `insert into migration values (99, '0099-later.sql', 'x')`);
    expectRefusal(await device.mhb('status'), 'NewerDatabase');
  });

  // A small disk can be made by root alone.
  test.runIf(process.getuid?.() === 0)(
    'on a full disk loses nothing and goes on once there is room',
    async () => {
      const disk = newFolder();
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1500k', 'tmpfs', disk]);
      try {
        const device = deviceIn(join(disk, 'device'));
        await device.value('call', 'log_mood', '{"mood_rating": 5, "notes": "before"}');
        const before = await device.exportJson();
        writeFileSync(join(disk, 'filler'), Buffer.alloc(statSync(join(disk, 'device', 'device.db')).size));
        try {
          for (;;) writeFileSync(join(disk, 'filler'), Buffer.alloc(4_096), { flag: 'a' });
        } catch {
          // Now it is full.
        }
        expectRefusal(
          await device.mhb('call', 'log_mood', '{"mood_rating": 1, "notes": "lost?"}'),
          'DiskFull',
        );
        expectRefusal(await device.mhb('import', 'original', HISTORY), 'DiskFull');
        rmSync(join(disk, 'filler'));
        expect(await device.exportJson()).toBe(before);
        await device.value('call', 'log_mood', '{"mood_rating": 1, "notes": "after"}');
        expect(await device.value('call', 'get_mood_history')).toHaveLength(2);
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});

describe('sync', () => {
  const enable = (dataDir: string, input: unknown): Promise<Ended> =>
    deviceIn(dataDir).mhb('call', 'enable_sync', JSON.stringify(input));

  test('with a wrong key, a mistyped key, a wrong phrase or an open address is refused; entries stay', async () => {
    const dataDir = newFolder();
    const device = deviceIn(dataDir);
    const account = { url: service.url, api_key: await createAccount(join(folder, 'service')) };
    const phrase = await turnSyncOn(deviceIn(newFolder()), account);
    const other = await turnSyncOn(deviceIn(newFolder()), {
      url: service.url,
      api_key: await createAccount(join(folder, 'service')),
    });
    await device.value('call', 'log_mood', '{"mood_rating": 5}');
    const before = await device.exportJson();

    const mistyped = account.api_key.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
    expectRefusal(await enable(dataDir, { ...account, api_key: mistyped }), 'InvalidApiKey');
    expectRefusal(await enable(dataDir, { ...account, recovery_phrase: other }), 'WrongRecoveryPhrase');
    expectRefusal(
      await enable(dataDir, { ...account, recovery_phrase: phrase.replace(/^\w+/, 'qwerty') }),
      'InvalidRecoveryPhrase',
    );
    expectRefusal(await enable(dataDir, account), 'RecoveryPhraseRequired');
    expectRefusal(await enable(dataDir, { ...account, url: 'http://sync.example.org' }), 'InsecureUrl');
    expectRefusal(await enable(dataDir, { ...account, url: 'http://127.0.0.1:1' }), 'Offline');
    expectRefusal(await device.mhb('sync'), 'SyncIsOff');
    expect(await device.exportJson()).toBe(before);
    expect(await device.value('status')).toMatchObject({ phase: 'off', pending: 1 });
  });

  test('with a key of another service is refused', async () => {
    const elsewhere = await createAccount(join(folder, 'another-service'));
    const refused = await enable(newFolder(), { url: service.url, api_key: elsewhere });
    expect(expectRefusal(refused, 'Refused')?.message).toMatch(/does not accept this API key/);
  });

  test('with what is not a sync service is refused', async () => {
    const { api_key } = { api_key: await createAccount(join(folder, 'service')) };
    const refused = await enable(newFolder(), { url: `${service.url}/somewhere/else`, api_key });
    expect(['NotASyncService', 'Refused']).toContain((JSON.parse(refused.stdout) as Answer).error?.type);
    expect(refused.code).toBe(1);
  });

  test('while the service is down is told, counted and made up for', async () => {
    const dataDir = join(folder, 'service-that-stops');
    const first = await startService(dataDir);
    const port = Number(new URL(first.url).port);
    const device = deviceIn(newFolder());
    await turnSyncOn(device, { url: first.url, api_key: await createAccount(dataDir) });
    expect(await first.stop()).toBe(0);
    await device.value('call', 'log_mood', '{"mood_rating": 5}');
    expectRefusal(await device.mhb('sync'), 'Offline');
    expect(await device.value('status')).toMatchObject({ pending: 1, last_failure: { code: 'Offline' } });
    const second = await startService(dataDir, port);
    expect(await device.value('sync')).toMatchObject({ uploaded: 1, pending: 0 });
    await second.stop();
  });
});
