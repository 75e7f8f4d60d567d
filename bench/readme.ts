/** Keeps the figures of a run in bench/README.md, and says what they were measured with. */
import Driver from 'better-sqlite3-multiple-ciphers';
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const README = new URL('./README.md', import.meta.url);

/** Puts the results between the two marks of this name. */
export const intoReadme = async (
  name: 'bytes' | 'growth' | 'queries' | 'results' | 'sight' | 'throughput' | 'window',
  results: string,
): Promise<void> => intoDocument(README, name, results);

/** The same in another document. */
export const intoDocument = async (document: URL, name: string, results: string): Promise<void> => {
  const marked = new RegExp(`(<!-- ${name} begin -->)[^]*(<!-- ${name} end -->)`);
  const before = readFileSync(document, 'utf8');
  if (!marked.test(before)) throw new Error(`${document.pathname} has lost its marks`);
  const after = before.replace(marked, (_, begin: string, end: string) => `${begin}\n\n${results}\n\n${end}`);
  const style = await resolveConfig(document);
  writeFileSync(document, await format(after, { ...style, parser: 'markdown' }));
};

export const sqliteVersion = (): string => {
  const memory = new Driver(':memory:');
  const version = String(memory.prepare('select sqlite_version()').pluck().get());
  memory.close();
  return version;
};
