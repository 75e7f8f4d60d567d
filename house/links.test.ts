/** What a page points to is there. */
import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const pages: string[] = [];
for await (const file of glob('**/*.md', { exclude: ['**/node_modules/**', '**/demonstration-data/**'] }))
  pages.push(file);

const headingsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, words = '']) =>
    words
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(pages)('every link of %s leads to a file, and to a heading in it', (page) => {
  const text = readFileSync(page, 'utf8').replaceAll(/```[\s\S]*?```|`[^`]*`/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const broken = links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', heading] = link.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      return !existsSync(file) || (heading !== undefined && !headingsOf(file).includes(heading));
    });
  expect(broken).toEqual([]);
});

test('SECURITY.md names only files and folders that are there', async () => {
  const named = [
    ...readFileSync('SECURITY.md', 'utf8').matchAll(
      /`((?:apps|packages|faults|house|simulation|docs|tools)\/[^`]*)`/g,
    ),
  ];
  const missing: string[] = [];
  for (const [, path = ''] of named) {
    let isThere = false;
    for await (const _ of glob(path.replace(/^(docs\/decisions\/\d{4})$/, '$1-*'))) isThere = true;
    if (!isThere) missing.push(path);
  }
  expect(named.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});
