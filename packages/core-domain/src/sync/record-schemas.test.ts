/** What is told of the records to those who write another client is what the records are. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entityKinds } from '../entities.ts';
import { recordDocument } from './record-schemas.testing.ts';

test('[R2] [R3] docs/record-schemas.json has every type with its groups and fields: node tools/write-record-schemas.ts', () => {
  const committed: unknown = JSON.parse(
    readFileSync(new URL('../../../../docs/record-schemas.json', import.meta.url), 'utf8'),
  );
  const document = recordDocument();
  expect(committed).toEqual(document);
  expect(Object.keys(document.types)).toEqual([...entityKinds]);
  for (const { groups, fields } of Object.values(document.types)) {
    expect(Object.values(groups).flat().toSorted()).toEqual(Object.keys(fields).toSorted());
  }
});
