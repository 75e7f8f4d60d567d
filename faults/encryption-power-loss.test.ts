/**
 * kill -9 of a device at random moments while it turns encryption on and off: every file is whole, and what was
 * answered is there. Kills: a quarter of MHB_KILLS, 50 unless told.
 */
import { temporaryFolder } from '@mhb/device/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openHostedDevice } from '../apps/desktop/host/open-device.ts';
import { isPlainFile } from '../packages/device/src/database/keyed-copy.ts';
import { CHEAP, PASSPHRASE } from './encryption-process.ts';

const KILLS = Math.ceil(Number(process.env.MHB_KILLS ?? '200') / 4);
const PROGRAM = fileURLToPath(new URL('./encryption-process.ts', import.meta.url));

/** About how long it takes to start and turn it on and off a few times. */
const DURATION_MS = 700;

const killWhileItSwitches = async (dataDir: string): Promise<readonly string[]> => {
  const child = spawn(process.execPath, [PROGRAM, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const told: string[] = [];
  const { promise: begun, resolve } = Promise.withResolvers<undefined>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'begins') resolve(undefined);
    else if (line.length === 36) told.push(line);
  });
  await Promise.race([begun, ended]);
  await wait(Math.random() * DURATION_MS);
  child.kill('SIGKILL');
  await ended;
  return told;
};

/** How the kill left the folder. */
const stateOf = (dataDir: string): string => {
  const database = join(dataDir, 'device.db');
  if (!existsSync(database)) return 'new';
  const words = [isPlainFile(database) ? 'in the clear' : 'encrypted'];
  if (existsSync(join(dataDir, 'lock.json'))) words.push('locked');
  if (existsSync(`${database}.part`)) words.push('with a part');
  return words.join(', ');
};

test(`[O6] ${String(KILLS)} kills while encryption is turned on and off lose nothing that was answered`, async () => {
  const dataDir = join(temporaryFolder(), 'device');
  const answered: string[] = [];
  const states = new Map<string, number>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    answered.push(...(await killWhileItSwitches(dataDir)));
    const state = stateOf(dataDir);
    states.set(state, (states.get(state) ?? 0) + 1);

    const opened = await openHostedDevice({
      dataDir,
      askToUnlock: () => Promise.resolve({ passphrase: PASSPHRASE }),
      passphraseCost: CHEAP,
    });
    if (!opened.ok) throw new Error(`the device did not open: ${opened.error.type}`);
    const held = opened.value.device.exportJson();
    expect(answered.filter((id) => !held.includes(id))).toEqual([]);
    opened.value.close();

    const names = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.includes('.part'))).toEqual([]);
    // Opening has finished what was cut short: all files are one or the other, as the lock says.
    const backups = join(dataDir, 'backups');
    const files = existsSync(backups) ? readdirSync(backups).filter((name) => name.endsWith('.db')) : [];
    const isLocked = existsSync(join(dataDir, 'lock.json'));
    for (const path of [join(dataDir, 'device.db'), ...files.map((name) => join(backups, name))]) {
      expect(isPlainFile(path)).toBe(!isLocked);
    }
  }
  expect(answered.length).toBeGreaterThan(KILLS);
  console.log(
    `${String(answered.length)} check-ins answered before ${String(KILLS)} kills, none lost; found:`,
    states,
  );
});
