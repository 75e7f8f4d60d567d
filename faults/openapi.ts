/**
 * Requests and the shape of their answers, made from nothing but the document of the service: a route that is added
 * there is asked here without another line.
 */
import { inlined, type Json } from '@mhb/sync-service/testing';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { z } from 'zod';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const Content = z.record(z.string(), z.looseObject({ schema: z.unknown() }));

const Operation = z.looseObject({
  parameters: z
    .array(z.looseObject({ in: z.string(), name: z.string(), schema: z.custom<Schema>() }))
    .default([]),
  requestBody: z.looseObject({ content: Content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: Content.optional() })),
});

const OpenApi = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

export interface Route {
  readonly method: string;
  readonly path: string;
  /** What the document says may be given, as values that `resolve` completes. */
  readonly anyBody: fc.Arbitrary<unknown> | undefined;
  readonly anyParameters: fc.Arbitrary<Readonly<Record<string, unknown>>>;
  /** By status and content type. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, ValidateFunction>>;
}

export const routesOf = (document: unknown): readonly Route[] => {
  const ajv = new Ajv2020({ strict: false });
  return Object.entries(OpenApi.parse(inlined(document as Readonly<Record<string, Json>>)).paths).flatMap(
    ([path, operations]) =>
      Object.entries(operations).map(([method, { parameters, requestBody, responses }]) => {
        const body = requestBody?.content['application/json']?.schema as Schema | undefined;
        const inPath = parameters.filter((parameter) => parameter.in === 'path');
        return {
          method: method.toUpperCase(),
          path,
          anyBody: body && anythingOf(body),
          anyParameters: fc.record(
            Object.fromEntries(inPath.map(({ name, schema }) => [name, anythingOf(schema, name)])),
          ),
          answers: new Map(
            Object.entries(responses).map(([status, { content = {} }]) => [
              status,
              new Map(
                Object.entries(content).map(([type, { schema }]) => [type, ajv.compile(schema as object)]),
              ),
            ]),
          ),
        };
      }),
  );
};

/** Every name that a request may have anywhere: a refusal may point at these, and at nothing else. */
export const namesIn = (document: unknown): ReadonlySet<string> => {
  const names = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('properties' in value && typeof value.properties === 'object' && value.properties !== null)
      for (const name of Object.keys(value.properties)) names.add(name);
    // A part of the address is named in a refusal too: a mailbox that is there already.
    if ('in' in value && value.in === 'path' && 'name' in value) names.add(String(value.name));
    Object.values(value).forEach(walk);
  };
  walk(document);
  return names;
};

/** A value that may be replaced by one that the service has given or been given before, under the same name. */
export class Recalled {
  readonly name: string;
  readonly pick: number;
  readonly otherwise: unknown;
  constructor(name: string, pick: number, otherwise: unknown) {
    this.name = name;
    this.pick = pick;
    this.otherwise = otherwise;
  }
}

/** An object whose members may be those of one that was seen before, so that an id comes with its own seq. */
export class Overlaid {
  readonly pick: number | null;
  readonly own: Readonly<Record<string, unknown>>;
  constructor(pick: number | null, own: Readonly<Record<string, unknown>>) {
    this.pick = pick;
    this.own = own;
  }
}

/** Four of five times what was seen before. */
const anyPick = fc.option(fc.nat({ max: 1_000 }), { freq: 5 });

const anythingOf = (schema: Schema, name = ''): fc.Arbitrary<unknown> => {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map((one) => anythingOf(one, name)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.type === 'object') return objectOf(schema);
  if (schema.type === 'array') {
    const { items = {}, minItems = 0, maxItems = 4 } = schema;
    return fc.array(anythingOf(items, name), {
      minLength: minItems,
      maxLength: Math.max(minItems, Math.min(maxItems, 4)),
    });
  }
  const scalar = scalarOf(schema);
  return fc
    .tuple(anyPick, scalar)
    .map(([pick, otherwise]) => (pick === null ? otherwise : new Recalled(name, pick, otherwise)));
};

const objectOf = ({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> => {
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, anythingOf(schema, name)]),
  );
  const own = fc.record(members, { requiredKeys: required.filter((name) => Object.hasOwn(members, name)) });
  return fc.tuple(anyPick, own).map(([pick, value]) => new Overlaid(pick, value));
};

const scalarOf = ({ type, pattern, maxLength, minimum, maximum }: Schema): fc.Arbitrary<unknown> => {
  if (type === 'null') return fc.constant(null);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'number') {
    const least = Math.max(minimum ?? 0, Number.MIN_SAFE_INTEGER);
    const greatest = Math.min(maximum ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    return fc.oneof(
      { weight: 40, arbitrary: fc.constant(least) },
      { weight: 8, arbitrary: fc.integer({ min: least, max: Math.min(least + 9, greatest) }) },
      { weight: 1, arbitrary: fc.integer({ min: least, max: greatest }) },
      { weight: 1, arbitrary: fc.constantFrom(least, greatest) },
    );
  }
  if (type === 'string' && pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  if (type !== 'string') return fc.jsonValue();
  return fc.oneof(
    { weight: (maxLength ?? 0) < 1_000 ? 1 : 60, arbitrary: anySealed },
    { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 30 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  );
};

/** Looks like a sealed envelope of the smallest sizes, in base64. */
const anySealed = fc
  .tuple(fc.constantFrom(570, 570, 570, 1_082, 2_106), fc.nat({ max: 255 }))
  .map(([length, fill]) =>
    Buffer.concat([Buffer.from([1, 1]), Buffer.alloc(length - 2, fill)]).toString('base64'),
  );
