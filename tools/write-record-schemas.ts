/** Writes docs/record-schemas.json: the records of the protocol, for those who write another client. */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { recordDocument } from '../packages/core-domain/src/sync/record-schemas.testing.ts';

const PATH = new URL('../docs/record-schemas.json', import.meta.url).pathname;

const text = JSON.stringify(recordDocument());
writeFileSync(PATH, await format(text, { ...(await resolveConfig(PATH)), filepath: PATH }));
