/** The walls of the house: which room may import which, as a test. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Import, importsOf, sourceFiles } from './imports.testing.ts';

/** A new name here is an architecture decision. */
const rooms = [
  { room: 'packages/core-domain', mayImport: [] },
  {
    room: 'packages/device',
    mayImport: ['@mhb/core-domain', '@mhb/core-domain/sync', '@mhb/core-domain/wire'],
  },
  { room: 'apps/desktop', mayImport: ['@mhb/core-domain', '@mhb/device'] },
  // Not "@mhb/core-domain": a service that cannot name a mood cannot leak one.
  { room: 'apps/sync-service', mayImport: ['@mhb/core-domain/wire'] },
] as const;

/** What each room may bring in from outside; a new name needs a line in CONTRIBUTING.md. */
const libraries = [
  { room: 'packages/core-domain', mayImport: ['temporal-polyfill', 'zod'] },
  {
    room: 'packages/device',
    mayImport: [
      '@noble/hashes',
      '@scure/bip39',
      'better-sqlite3-multiple-ciphers',
      'csv-parse',
      'csv-stringify',
      'eventsource-parser',
      'libsodium-wrappers',
      'uuid',
      'write-file-atomic',
      'zod',
    ],
  },
  {
    room: 'apps/desktop',
    mayImport: [
      '#lib',
      '$app',
      '@fontsource-variable/commissioner',
      '@inquirer/password',
      '@napi-rs/keyring',
      '@sveltejs/adapter-static',
      '@sveltejs/kit',
      '@tailwindcss/vite',
      'bits-ui',
      'csv-stringify',
      'cli-progress',
      'commander',
      'eventsource-parser',
      'fflate',
      'layerchart',
      'node-notifier',
      'qr',
      'sirv',
      'svelte',
      'vite',
      'zod',
    ],
  },
  {
    room: 'apps/sync-service',
    mayImport: [
      '@fastify/rate-limit',
      '@fastify/swagger',
      'commander',
      'fastify',
      'fastify-type-provider-zod',
      'pg',
      'prom-client',
      'zod',
    ],
  },
] as const;

const complaint = ({ file, from }: Import): string => `${file} imports ${from}`;

/** Whether a name is a library, or one of the library's own doors. */
const isOf = (library: string, from: string): boolean => from === library || from.startsWith(`${library}/`);

test.each(rooms)('[A1] [A2] $room imports only the rooms below it', async ({ room, mayImport }) => {
  const ours = (await importsOf(room)).filter(({ from }) => from.startsWith('@mhb/'));
  expect(ours.filter(({ from }) => !mayImport.some((known) => known === from)).map(complaint)).toEqual([]);
});

test.each(rooms)('[A3] nothing in $room leaves the room by a path', async ({ room }) => {
  const relative = (await importsOf(room)).filter(({ from }) => from.startsWith('.'));
  const leaving = relative.filter(
    ({ file, from }) => !new URL(from, `file:///${file}`).pathname.startsWith(`/${room}/`),
  );
  expect(leaving.map(complaint)).toEqual([]);
});

test.each(libraries)(
  '[A10] $room uses only the libraries it is known to use',
  async ({ room, mayImport }) => {
    const outside = (await importsOf(room)).filter(({ from }) => !/^(?:\.|@mhb\/|node:)/.test(from));
    const unknown = outside.filter(({ from }) => !mayImport.some((library) => isOf(library, from)));
    expect(unknown.map(complaint)).toEqual([]);
  },
);

test('[A1] the domain neither reads nor writes, and has no clock and no chance', async () => {
  const impure = (await sourceFiles('packages/core-domain')).filter((file) =>
    /node:|Date\.now|Math\.random|new Date\(\)|crypto\.|process\.|setTimeout|Temporal\.Now/.test(
      readFileSync(file, 'utf8'),
    ),
  );
  expect(impure).toEqual([]);
});

test.each([
  {
    what: 'the cipher libraries',
    libraries: ['libsodium-wrappers', '@noble/hashes', '@scure/bip39'],
    home: 'packages/device/src/vault/',
  },
  {
    what: 'the SQLite driver',
    libraries: ['better-sqlite3-multiple-ciphers'],
    home: 'packages/device/src/database/',
  },
  { what: 'the Postgres driver', libraries: ['pg'], home: 'apps/sync-service/src/database/' },
])('[A6] only $home touches $what', async ({ libraries: guarded, home }) => {
  const all = (await Promise.all(rooms.map(({ room }) => importsOf(room)))).flat();
  const users = all.filter(({ from }) => guarded.some((library) => isOf(library, from)));
  expect(users).not.toEqual([]);
  expect(users.filter(({ file }) => !file.startsWith(home)).map(complaint)).toEqual([]);
});

test('[A7] the pages take types from the device, and nothing that runs', async () => {
  const values = (await sourceFiles('apps/desktop/src')).filter((file) => {
    const imports = readFileSync(file, 'utf8').matchAll(
      /^\s*import\s+(type\s+)?[^;]*?from\s+'@mhb\/device'/gm,
    );
    return [...imports].some(([, isType]) => isType === undefined);
  });
  expect(values).toEqual([]);
});

test('[A6] only ask-service.ts calls the network', async () => {
  const callers = (await sourceFiles('packages/device/src')).filter((file) =>
    /\bfetch\(|node:(?:http|https|net|tls|dgram)/.test(readFileSync(file, 'utf8')),
  );
  expect(callers).toEqual(['packages/device/src/sync/ask-service.ts']);
});

test('[A4] the features of the device do not import each other', async () => {
  const features = [
    'activities',
    'assessments',
    'backups',
    'encryption',
    'insights',
    'mood',
    'preferences',
    'schedules',
    'sync',
    'transfer',
    'trash',
    'vault',
  ];
  // Sync carries what the vault seals; an import hands on when reminders were last shown; deleting everything reaches
  // the service too, and the backups. A backup is read from a private copy, like any file that is brought in.
  // Encryption covers the backups too, and a backup may be under another key than today's.
  const allowed = [
    'sync>vault',
    'transfer>schedules',
    'trash>sync',
    'trash>backups',
    'backups>transfer',
    'backups>encryption',
    'encryption>backups',
    'encryption>vault',
  ];
  const crossings = (await importsOf('packages/device')).filter(({ file, from }) => {
    const here = features.find((feature) => file.startsWith(`packages/device/src/${feature}/`));
    const there = features.find((feature) => from.includes(`/${feature}/`));
    if (here === undefined || there === undefined || here === there) return false;
    // On which day something counts is for every feature to ask.
    if (from.endsWith('/preferences/preference-queries.ts')) return false;
    return !allowed.includes(`${here}>${there}`);
  });
  expect(crossings.map(complaint)).toEqual([]);
});

test('[A5] [O1] only the two doors save records, and only the table of kinds writes their rows', async () => {
  const imports = await importsOf('packages/device');
  const importersOf = (pattern: RegExp, name: RegExp): readonly string[] => [
    ...new Set(
      imports
        .filter(({ from, names }) => pattern.test(from) && names.some((imported) => name.test(imported)))
        .map(({ file }) => file.replace('packages/device/src/', '')),
    ),
  ];
  expect(importersOf(/\/records\.ts$/, /^saveRecord$/)).toEqual([
    'changes/local-change.ts',
    'changes/remote-change.ts',
  ]);
  expect(importersOf(/\/tables\.ts$/, /^tables$/)).toEqual(['changes/records.ts']);
  expect(importersOf(/-repository\.ts$/, /^(?:upsert|delete)[A-Z]/)).toEqual(['changes/tables.ts']);
});
