/** SECURITY.md tells whoever trusts a service with something all that it stores (rule D1). */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestService, type TestService } from './testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

test('[D1] every table and column of the database is in SECURITY.md, and nothing else', async () => {
  const text = readFileSync(new URL('../../../SECURITY.md', import.meta.url), 'utf8');
  const section = text.split('## What is stored')[1]?.split('\n## ')[0] ?? '';
  const told = [...section.matchAll(/^\| `(\w+)` +\| ([^|]+)\|/gm)].flatMap(([, table = '', columns = '']) =>
    [...columns.matchAll(/`(\w+)`/g)].map(([, column = '']) => `${table}.${column}`),
  );
  const stored = await service.sql<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and table_name <> 'migration'`,
  );
  expect(told.toSorted()).toEqual(stored.map(({ name }) => name).toSorted());
});
