import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { parts, type PartName } from './mutation/parts.ts';

const rooms = ['packages/core-domain', 'packages/device', 'apps/sync-service'];

/** The rooms as they are changed here; the links among the packages lead to the unchanged ones. */
const aliases = rooms.flatMap((room) => {
  const folder = join(process.cwd(), room);
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, string>>;
  };
  return Object.entries(exports).map(([path, file]) => ({
    find: new RegExp(`^${name}${path.slice(1)}$`),
    replacement: join(folder, file),
  }));
});

/** The tests of one part, for `run.ts`. */
export default defineConfig({
  resolve: { alias: aliases },
  test: {
    include: [...parts[(process.env.MHB_MUTATION_PART ?? 'merge') as PartName].tests],
    exclude: ['**/node_modules/**'],
    globalSetup: ['house/temporary-folder.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
