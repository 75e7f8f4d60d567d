/** Writes the table of the service's settings into docs/settings.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { settingsTable } from '../apps/sync-service/src/settings.ts';

const PATH = new URL('../docs/settings.md', import.meta.url).pathname;

const [before = ''] = readFileSync(PATH, 'utf8').split('<!-- settings begin -->');
const after = readFileSync(PATH, 'utf8').split('<!-- settings end -->')[1] ?? '';
const text = `${before}<!-- settings begin -->\n\n${settingsTable()}\n\n<!-- settings end -->${after}`;
writeFileSync(PATH, await format(text, { ...(await resolveConfig(PATH)), filepath: PATH }));
