/**
 * The software bill of materials (CycloneDX 1.5), made from the lockfile alone: the same lockfile gives the same bytes,
 * so there is neither a time nor a random number in it. npm's own stops where two tools disagree over a third, and
 * takes what the page is built of for tools; a test holds ours against it as far as npm goes.
 */
import { LICENCES_FROM_FILES } from './licences.ts';
import type { Package } from './lockfile.ts';

export interface Subject {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

export const sbomOf = ({ name, version, license }: Subject, packages: readonly Package[]): object => {
  const refs = new Map(packages.map((one) => [one.path, purlOf(one)]));
  // One version may lie in several folders.
  const once = [...Map.groupBy(packages, purlOf)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const root = `pkg:npm/${name}@${version}`;
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': root,
        ...{ name, version, purl: root, licenses: licencesOf(license) },
      },
    },
    components: once.map(([purl, same]) => componentOf(purl, same)),
    dependencies: once.map(([purl, same]) => {
      const needs = same.flatMap(({ needs: paths }) => paths.flatMap((path) => refs.get(path) ?? []));
      return { ref: purl, dependsOn: [...new Set(needs)].toSorted() };
    }),
  };
};

export const purlOf = ({ name, version }: Pick<Package, 'name' | 'version'>): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

const componentOf = (purl: string, same: readonly Package[]): object => {
  const [{ name, version, license, integrity } = { name: '', version: '', license: '', integrity: '' }] =
    same;
  const known = license ?? LICENCES_FROM_FILES[name];
  return {
    type: 'library',
    'bom-ref': purl,
    ...{ name, version, scope: scopeOf(same), purl },
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
    ...(known === undefined ? {} : { licenses: licencesOf(known) }),
  };
};

/** CycloneDX's word for what is part of the work and not of what is delivered. */
const scopeOf = (same: readonly Package[]): 'required' | 'optional' | 'excluded' => {
  const shipped = same.filter(({ isShipped }) => isShipped);
  if (shipped.length === 0) return 'excluded';
  return shipped.every(({ isOptional }) => isOptional) ? 'optional' : 'required';
};

const hashOf = (integrity: string): object => ({
  alg: 'SHA-512',
  content: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex'),
});

const licencesOf = (license: string): readonly object[] =>
  /\s/.test(license) ? [{ expression: license.replaceAll(/[()]/g, '') }] : [{ license: { id: license } }];
