/**
 * Three machines as docs/scaling.md sets them up, and HAProxy, whose one address leads to the primary.
 *
 *   services ──► HAProxy ──► the primary of ┌ one ┐
 *                                           │ two │  Postgres streams to the others, Patroni asks etcd who leads
 *                                           └three┘
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, vi } from 'vitest';
import { freePort } from '../apps/sync-service/src/database/free-port.testing.ts';
import { temporaryFolder } from '../apps/sync-service/src/testing.ts';
import {
  ETCD,
  FILES,
  type Machine,
  makeMachine,
  PASSWORD,
  PATRONI,
  postgresPrograms,
} from './patroni-machine.ts';

const HAPROXY = '/usr/sbin/haproxy';
const NAMES = ['one', 'two', 'three'];
/** A lease has to run out, a standby to take over, and the one that was lost to come back. */
const WAITING = { timeout: 120_000, interval: 250 };

export const hasPatroni = (): boolean =>
  postgresPrograms() !== undefined && [PATRONI, ETCD, HAPROXY].every((path) => existsSync(path));

export interface PatroniCluster {
  /** A DATABASE_URL that leads to the primary. */
  readonly url: string;
  readonly primary: () => Promise<Machine>;
  /** Another machine than that one leads. */
  readonly untilAnotherLeads: (before: Machine) => Promise<void>;
  /** All three work, and the standbys have what the primary has, one of them before it is acknowledged. */
  readonly untilWhole: () => Promise<void>;
  /** As an operator does before work on the machine that leads. */
  readonly switchOver: () => Promise<void>;
}

interface Member {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly lag?: number;
  /** Counts how often one took over. */
  readonly timeline?: number;
}

export const startPatroniCluster = async (): Promise<PatroniCluster> => {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error("needs Debian's patroni, etcd-server, haproxy and postgresql");
  const folder = temporaryFolder();
  chmodSync(folder, 0o711);
  // Other tests, and other runs, have other addresses.
  const network = `127.0.${String(100 + (process.pid % 150))}`;
  const machines = NAMES.map((name, index) => {
    const own = join(folder, name);
    mkdirSync(own);
    return makeMachine({ name, network, address: `${network}.${String(index + 1)}`, folder: own, programs });
  });
  onTestFinished(async () => {
    for (const machine of machines) await machine.lose();
    execFileSync('rm', ['-r', folder]);
  });
  for (const machine of machines) machine.start();

  const members = async (): Promise<readonly Member[]> => {
    const answers = machines.map(({ address }) =>
      fetch(`http://${address}:8008/cluster`, { signal: AbortSignal.timeout(2_000) }),
    );
    const answer = await Promise.any(answers);
    return ((await answer.json()) as { readonly members: readonly Member[] }).members;
  };
  const leader = async (): Promise<Machine> => {
    const found = (await members()).find(({ role, state }) => role === 'leader' && state === 'running');
    const machine = machines.find(({ name }) => name === found?.name);
    if (machine === undefined) throw new Error('no machine leads');
    return machine;
  };
  const cluster: PatroniCluster = {
    url: await startProxy(folder, network),
    primary: () => vi.waitFor(leader, WAITING),
    untilAnotherLeads: (before) =>
      vi.waitFor(async () => {
        expect((await leader()).name).not.toBe(before.name);
      }, WAITING),
    untilWhole: () =>
      vi.waitFor(async () => {
        const all = await members();
        // One that was frozen is listed as it was before.
        expect(new Set(all.map(({ timeline }) => timeline)).size).toBe(1);
        expect(all.map(({ role }) => role).toSorted()).toEqual(['leader', 'replica', 'sync_standby']);
        expect(
          all.filter(({ state, lag }) => !['running', 'streaming'].includes(state) || (lag ?? 0) > 0),
        ).toEqual([]);
      }, WAITING),
    switchOver: async () => {
      const before = await leader();
      const answer = await fetch(`http://${before.address}:8008/switchover`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`patroni:${PASSWORD}`).toString('base64')}` },
        body: JSON.stringify({ leader: before.name }),
      });
      expect(answer.status, await answer.text()).toBe(200);
    },
  };
  await cluster.untilWhole();
  await makeDatabase(`postgres://postgres:${PASSWORD}@${(await leader()).address}:5432/postgres`);
  return cluster;
};

/** What docs/scaling.md types into psql. */
const makeDatabase = async (url: string): Promise<void> => {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`create role mhb login password '${PASSWORD}'`);
  await client.query('create database mhb owner mhb');
  await client.end();
};

/** Answers the DATABASE_URL of its address. */
const startProxy = async (folder: string, network: string): Promise<string> => {
  const port = String(await freePort());
  const settings = join(folder, 'haproxy.cfg');
  const file = readFileSync(join(FILES, 'haproxy.cfg'), 'utf8');
  writeFileSync(
    settings,
    file.replaceAll('10.0.0.', `${network}.`).replace('127.0.0.1:6432', `127.0.0.1:${port}`),
  );
  const child = spawn(HAPROXY, ['-f', settings], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return `postgres://mhb:${PASSWORD}@127.0.0.1:${port}/mhb`;
};
