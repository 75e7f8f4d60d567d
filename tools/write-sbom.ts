/** Writes the software bill of materials into sbom.cdx.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readLockfile } from './lockfile.ts';
import { sbomOf, type Subject } from './sbom.ts';

const root = new URL('../', import.meta.url);
const subject = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Subject;
writeFileSync(
  new URL('sbom.cdx.json', root),
  `${JSON.stringify(sbomOf(subject, readLockfile()), null, 1)}\n`,
);
