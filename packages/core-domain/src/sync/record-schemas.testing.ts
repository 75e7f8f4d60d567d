/** Every kind of record as somebody else's client needs it: which fields there are, and which merge together. */
import { z } from 'zod';
import { entityKinds, entitySchemas } from '../entities.ts';
import { ERASED, LIFE, recordGroups, recordSchemas } from './groups.ts';

export const recordDocument = () => ({
  about:
    'The records of docs/protocol.md: of each type the version of its shape, the groups of its envelope, and its fields ' +
    'as JSON Schema. A field stands in one group. Beside them an envelope may have the groups of every type.',
  of_every_type: {
    [LIFE]: ['deleted_at'],
    [ERASED]: [],
  },
  types: Object.fromEntries(
    entityKinds.map((kind) => {
      const { $schema: _, ...schema } = z.toJSONSchema(entitySchemas[kind], { unrepresentable: 'any' });
      const { id: __, ...properties } = schema.properties ?? {};
      return [kind, { schema: recordSchemas[kind], groups: recordGroups[kind], fields: properties }];
    }),
  ),
});
