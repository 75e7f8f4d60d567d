/** Writes the document of the service into apps/sync-service/openapi.json, as a real service serves it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../apps/sync-service/src/app.ts';
import { openServiceDatabase } from '../apps/sync-service/src/open-service-database.ts';
import { format, resolveConfig } from 'prettier';

const PATH = new URL('../apps/sync-service/openapi.json', import.meta.url).pathname;

const dataDir = mkdtempSync(join(tmpdir(), 'mhb-openapi-'));
const opened = await openServiceDatabase({ url: undefined, dataDir, purpose: 'serve', say: () => undefined });
const app = await createApp({ ...opened, logger: false });
const { body } = await app.inject({ url: '/openapi.json' });
await app.close();
await opened.close();
rmSync(dataDir, { recursive: true, force: true });
writeFileSync(PATH, await format(body, { ...(await resolveConfig(PATH)), filepath: PATH }));
