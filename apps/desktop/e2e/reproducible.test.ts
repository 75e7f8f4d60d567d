/** The page is the same wherever and whenever it is built: there is neither a moment nor a folder in it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const DESKTOP = fileURLToPath(new URL('../', import.meta.url));
const BUILD = join(DESKTOP, 'build');

const built = readdirSync(BUILD, { recursive: true, encoding: 'utf8' })
  .map((name) => join(BUILD, name))
  .filter((path) => statSync(path).isFile());

const versionIn = (path: string): unknown =>
  (JSON.parse(readFileSync(path, 'utf8')) as { version: unknown }).version;

test('the built page is named after its release, and not after the moment', () => {
  expect(versionIn(join(BUILD, '_app/version.json'))).toBe(versionIn(join(DESKTOP, 'package.json')));
});

test('nothing in it says where it was built', () => {
  const root = join(DESKTOP, '../..').replace(/\/$/, '');
  expect(built.length).toBeGreaterThan(50);
  expect(built.filter((path) => readFileSync(path, 'latin1').includes(root))).toEqual([]);
});
