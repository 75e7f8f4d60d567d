/** Builds the page as plain files for the host to serve: one document, no inline script, nothing from elsewhere. */
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';
import { scriptsInFiles } from './scripts-in-files.ts';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

export default defineConfig({
  plugins: [
    tailwindcss(),
    sveltekit({
      adapter: scriptsInFiles(adapter({ fallback: 'index.html', strict: false })),
      paths: { relative: false },
      // The host is the only server; nobody but a person's own window asks it for anything.
      // Named after the release and not after the moment, and styles after what they say and not after the folder: the
      // same commit is the same page, wherever and whenever it is built.
      version: { name: version, pollInterval: 0 },
      compilerOptions: { cssHash: ({ hash, name, css }) => `svelte-${hash(name + css)}` },
    }),
  ],
  build: { target: 'es2023', sourcemap: false },
});
