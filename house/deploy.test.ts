/** What deploy/ and its page say fits the service: variables it knows, addresses it starts on, files that are there. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfiguration } from '../apps/sync-service/src/config.ts';
import { knownVariables } from '../apps/sync-service/src/settings.ts';
import { plainHttpProblem } from '../apps/sync-service/src/http/trusted-proxies.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

const UNIT = 'deploy/systemd/mhb-sync.service';
const COMPOSE = 'deploy/compose/compose.yaml';
const CONTAINERFILE = 'deploy/Containerfile';

const filesOf = async (pattern: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const file of glob(pattern)) found.push(file);
  return found.sort();
};

test('every variable that is named is a setting of the service', async () => {
  const pages = ['docs/self-hosting.md', 'docs/operating.md'];
  for (const file of [
    ...pages,
    ...(await filesOf('deploy/**/*.*')),
    'deploy/systemd/environment',
    CONTAINERFILE,
  ]) {
    const named = read(file).match(/\b(?:MHB_SYNC_|DATABASE_URL)[A-Z_]*\b/g) ?? [];
    expect(
      named.filter((name) => !knownVariables.has(name)),
      file,
    ).toEqual([]);
  }
});

/** Lines of "Environment=" as systemd reads them, without the folders that only it knows. */
const environmentOf = (unit: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...unit.matchAll(/^Environment=(.*)$/gm)]
      .flatMap(([, line = '']) => line.split(' '))
      .map((pair) => pair.replace(/%[SCd]/, '/var/lib'))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );

const linesOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );

/** The service would start on them. */
const expectStart = (environment: Readonly<Record<string, string>>): void => {
  const { host, tls, trustedProxies } = readConfiguration(environment);
  expect(plainHttpProblem({ host, isTls: tls !== undefined, proxies: trustedProxies })).toBeUndefined();
};

test('the service starts with the environments of the unit, of its drop-ins and of the containers', () => {
  const unit = environmentOf(read(UNIT));
  expect(unit).toMatchObject({ MHB_SYNC_DATA_DIR: '/var/lib/mhb-sync' });
  expectStart(unit);
  expectStart({ ...unit, ...linesOf(read('deploy/systemd/environment')) });
  expectStart({ ...unit, ...environmentOf(read('deploy/systemd/tls.conf')) });
  const compose = [...read(COMPOSE).matchAll(/^ {6}(MHB_SYNC_\w+): '?([^'\n]*)'?$/gm)];
  expect(compose.length).toBeGreaterThan(2);
  const image = /^ENV (.*)$/m.exec(read(CONTAINERFILE))?.[1] ?? '';
  const ofImage = linesOf(image.replaceAll(' ', '\n'));
  expect(ofImage).toMatchObject({ MHB_SYNC_HOST: '0.0.0.0' });
  expectStart({
    ...ofImage,
    ...Object.fromEntries(compose.map(([, name = '', value = '']) => [name, value])),
  });
  expect(() => {
    expectStart(ofImage);
  }).toThrow();
});

test('unit and image start the service with the options that bench/ measures it with', () => {
  const options =
    /node (--.*)$/m.exec(read('apps/sync-service/bin/mhb-sync.js').split('\n', 1)[0] ?? '')?.[1] ?? '';
  expect(options).not.toBe('');
  expect(read(UNIT)).toContain(`/.bin/node ${options} `);
  const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(read(CONTAINERFILE))?.[1] ?? '[]') as readonly string[];
  expect(entry.slice(1, -1)).toEqual(options.split(' '));
  for (const path of [UNIT, CONTAINERFILE]) expect(read(path)).toContain('MALLOC_ARENA_MAX=1');
});

test('the image is made from the lockfile, of every room that it names, and runs as nobody in particular', () => {
  const text = read(CONTAINERFILE);
  const { workspaces } = JSON.parse(read('package.json')) as { readonly workspaces: readonly string[] };
  for (const room of workspaces) expect(text).toContain(`COPY ${room}/package.json ${room}/`);
  expect(text).toMatch(/^RUN npm ci --omit=dev /m);
  expect(text).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  expect(text).toMatch(/^HEALTHCHECK /m);
  // What is copied is let through, and nothing that is not.
  const ignored = read('.dockerignore').split('\n');
  expect(ignored).toContain('*');
  for (const [, source = ''] of text.matchAll(/^COPY (?!--from)(\S+)/gm))
    expect(ignored).toContain(`!${source}`);
  for (const [, source = ''] of text.matchAll(/^COPY (?!--from)(\S+)/gm))
    expect(existsSync(source)).toBe(true);
});

test('unit and containers are closed: no privileges, a read-only system, one folder of their own', () => {
  for (const line of [
    'DynamicUser=yes',
    'StateDirectory=mhb-sync',
    'StateDirectoryMode=0700',
    'ProtectSystem=strict',
    'ProtectHome=yes',
    'PrivateTmp=yes',
    'NoNewPrivileges=yes',
    'CapabilityBoundingSet=',
    'KillMode=mixed',
  ])
    expect(read(UNIT).split('\n')).toContain(line);
  const [, sync = '', database = '', caddy = ''] = read(COMPOSE).split(/^ {2}(?:sync|db|caddy):$/m);
  expect(database).toContain('postgres:18');
  for (const [name, text] of Object.entries({ sync, caddy }))
    for (const line of ['read_only: true', 'cap_drop: [ALL]', "security_opt: ['no-new-privileges:true']"])
      expect(text, name).toContain(line);
  // Only Caddy is reached from outside.
  expect(sync + database).not.toContain('ports:');
});

/** A copy whose programs are there, wherever the tests run. */
const checkedByAnalyze = (folder: string, path: string): string => {
  const copy = join(folder, basename(path));
  writeFileSync(
    copy,
    read(path).replaceAll('/opt/mental-health-bar/node_modules/.bin/node', process.execPath),
  );
  return copy;
};

test.runIf(spawnSync('systemd-analyze', ['--version']).status === 0)(
  'systemd understands every unit',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mhb-units-'));
    const units = (await filesOf('deploy/systemd/*.{service,timer}')).map((path) =>
      checkedByAnalyze(folder, path),
    );
    expect(units).toHaveLength(3);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  },
);

test('every file that the pages install is there, and every page that they name', async () => {
  const page = ['self-hosting', 'operating', 'scaling'].map((name) => read(`docs/${name}.md`)).join('\n');
  const named = [...page.matchAll(/\bdeploy\/[\w./-]*\w/g)].map(([path]) => path);
  expect(named.length).toBeGreaterThan(10);
  for (const path of named) expect(existsSync(path), path).toBe(true);
  for (const file of [
    ...(await filesOf('deploy/**/*.conf')),
    ...(await filesOf('deploy/postgres/patroni/*')),
  ])
    expect(page).toContain(basename(file));
  for (const [, path = ''] of page.matchAll(/\]\((?!#)([^)#:]+)\)/g))
    expect(existsSync(join('docs', path)), path).toBe(true);
});
