/**
 * The wire's schemas as named JSON Schemas (2020-12), so that whoever makes a client from the document finds the names
 * of the contract in it. Made from the very schemas that the routes parse with.
 *
 * All of them are written as what is read: a request with a member that is not known is refused, while an answer may
 * have members that a later version added (rule D13), so its schema has to leave room for them.
 */
import * as wire from '@mhb/core-domain/wire';
import { z } from 'zod';

const named = z.registry<{ readonly id: string }>();
for (const [name, exported] of Object.entries(wire)) {
  if (exported instanceof z.ZodObject || exported instanceof z.ZodUnion) named.add(exported, { id: name });
}

export type JsonSchema = Readonly<Record<string, unknown>>;

const placeOf = (id: string): string => `#/components/schemas/${id}`;

/** Wherever the wire has a member of this name, it is bytes. */
const BYTES: readonly string[] = ['sealed', 'recovery', 'name', 'manifest'];

const options = {
  io: 'input',
  unrepresentable: 'any',
  override: ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
    for (const [name, member] of Object.entries(jsonSchema.properties ?? {})) {
      if (typeof member === 'boolean' || !BYTES.includes(name)) continue;
      for (const text of [member, ...(member.anyOf ?? [])]) {
        if (typeof text === 'object' && 'type' in text && text.type === 'string')
          text.contentEncoding = 'base64';
      }
    }
  },
} as const;

/** By name, each pointing to the others where it is made of them. */
export const componentSchemas = (): Readonly<Record<string, JsonSchema>> => {
  const { schemas } = z.toJSONSchema(named, { ...options, uri: placeOf });
  return Object.fromEntries(
    Object.entries(schemas)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => [name, withoutNames(schema)]),
  );
};

/** Where the schema stands in the document, or the schema itself where it has no name. */
export const schemaOf = (schema: z.ZodType): JsonSchema => {
  const id = named.get(schema)?.id;
  if (id !== undefined) return { $ref: placeOf(id) };
  return withoutNames(z.toJSONSchema(schema, options));
};

/** In one document a schema is found by its place; names of its own would be read as addresses. */
const withoutNames = ({ $schema: _, $id: __, id: ___, ...schema }: Record<string, unknown>): JsonSchema =>
  schema;
