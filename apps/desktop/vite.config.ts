/** Builds the page as plain files for the host to serve: one document, no inline script, nothing from elsewhere. */
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { scriptsInFiles } from './scripts-in-files.ts';

export default defineConfig({
  plugins: [
    tailwindcss(),
    sveltekit({
      adapter: scriptsInFiles(adapter({ fallback: 'index.html', strict: false })),
      paths: { relative: false },
      // The host is the only server; nobody but a person's own window asks it for anything.
      version: { pollInterval: 0 },
    }),
  ],
  build: { target: 'es2023', sourcemap: false },
});
