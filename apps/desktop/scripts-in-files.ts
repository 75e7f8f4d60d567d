/** The content security policy of the host lets no inline script run, so what SvelteKit writes inline goes into a file. */
import type { Adapter } from '@sveltejs/kit';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BUILD = 'build';
const INLINE_SCRIPT = /<script>([\s\S]*?)<\/script>/g;

/** The adapter, which afterwards moves each inline script of the one document into a file of its own. */
export const scriptsInFiles = (adapter: Adapter): Adapter => ({
  ...adapter,
  adapt: async (builder) => {
    await adapter.adapt(builder);
    const path = join(BUILD, 'index.html');
    const page = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      page.replaceAll(INLINE_SCRIPT, (_, script: string) => {
        const name = `start.${createHash('sha256').update(script).digest('hex').slice(0, 8)}.js`;
        // A classic inline script knows itself; one in a file has to find the element it starts in by its id.
        writeFileSync(
          join(BUILD, '_app', 'immutable', name),
          script.replaceAll('document.currentScript.parentElement', "document.getElementById('app')"),
        );
        return `<script src="/_app/immutable/${name}"></script>`;
      }),
    );
  },
});
