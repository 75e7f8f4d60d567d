/** The lockfile as a graph: which packages there are, what each needs, and what of it reaches a person. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});

const Entry = z.looseObject({
  version: z.string().optional(),
  license: z.string().optional(),
  integrity: z.string().optional(),
  hasInstallScript: z.boolean().optional(),
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
  optional: z.boolean().optional(),
  link: z.boolean().optional(),
  resolved: z.string().optional(),
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
});
type Entry = z.infer<typeof Entry>;

export interface Package {
  /** In the lockfile: where npm puts it. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
  readonly integrity: string | undefined;
  readonly hasInstallScript: boolean;
  /** Some of the packages for other platforms are left out of an installation. */
  readonly isOptional: boolean;
  /** Part of what runs on a person's or an operator's machine, the built page included; the rest are tools. */
  readonly isShipped: boolean;
  /** Paths of those it needs. */
  readonly needs: readonly string[];
}

/** What the built page is made of. npm takes these for tools, since the page is built before it is started. */
export const PAGE_LIBRARIES: readonly string[] = [
  'svelte',
  '@sveltejs/kit',
  'bits-ui',
  'layerchart',
  '@fontsource-variable/commissioner',
  '@internationalized/date',
  'eventsource-parser',
];

export const readLockfile = (): readonly Package[] => {
  const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
  const { packages } = z.object({ packages: z.record(z.string(), Entry) }).parse(JSON.parse(text));
  const find = finderIn(packages);
  const shipped = reachableFromPage(packages, find);
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
    .map(([path, entry]) => ({
      path,
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      license: entry.license,
      integrity: entry.integrity,
      hasInstallScript: entry.hasInstallScript ?? false,
      isOptional: entry.optional ?? false,
      isShipped: (entry.dev !== true && entry.devOptional !== true) || shipped.has(path),
      needs: neededBy(path, entry, find),
    }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

type Packages = Readonly<Record<string, Entry>>;
type Find = (from: string, name: string) => string | undefined;

/** As Node looks for a package: in the nearest folder above. */
const finderIn =
  (packages: Packages): Find =>
  (from, name) => {
    for (let folder = from; ; folder = folder.replace(/(?:^|\/)(?:node_modules\/)?(?:@[^/]+\/)?[^/]+$/, '')) {
      const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
      if (packages[path] !== undefined) return packages[path].link === true ? packages[path].resolved : path;
      if (folder === '') return undefined;
    }
  };

const neededBy = (path: string, entry: Entry, find: Find): readonly string[] => {
  const wanted = { ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies };
  return [...new Set(Object.keys(wanted).flatMap((name) => find(path, name) ?? []))].toSorted();
};

const reachableFromPage = (packages: Packages, find: Find): ReadonlySet<string> => {
  const reached = new Set<string>();
  const waiting = PAGE_LIBRARIES.map((name) => find('apps/desktop', name) ?? '');
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const entry = packages[path];
    if (entry === undefined || reached.has(path)) continue;
    reached.add(path);
    // What only has to be there beside it is a tool or is reached by its own name.
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }))
      waiting.push(find(path, name) ?? '');
  }
  return reached;
};
