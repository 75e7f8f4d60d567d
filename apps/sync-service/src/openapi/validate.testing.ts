/**
 * Holds answers against the document of a service. The document leaves room for members of later versions; here they are
 * refused, since what is tested is this version, and a member that nobody meant to send is a leak.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As the compiler's own test takes no list for one that can't be changed. */
export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** What stands at a place such as `#/components/schemas/Change`; throws where nothing does. */
const resolve = (document: JsonObject, place: string): Json => {
  const names = place.replace(/^#\//, '').split('/');
  let found: Json = document;
  for (const name of names) {
    const next: Json | undefined = isObject(found) ? found[name] : undefined;
    if (next === undefined) throw new Error(`the document has nothing at ${place}`);
    found = next;
  }
  return found;
};

/** The document with everything in the place where it is used, and each object closed unless it says otherwise. */
export const inlined = (document: JsonObject): JsonObject => {
  const walk = (value: Json): Json => {
    if (isList(value)) return value.map(walk);
    if (!isObject(value)) return value;
    if (typeof value.$ref === 'string') return walk(resolve(document, value.$ref));
    const walked = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member)]));
    const isOpen =
      value.type === 'object' && isObject(value.properties) && !('additionalProperties' in value);
    return isOpen ? { ...walked, additionalProperties: false } : walked;
  };
  return walk(document) as JsonObject;
};

export interface Answered {
  readonly method: string;
  /** As the document has it, `/v1/pairing/{mailbox}`. */
  readonly path: string;
  readonly status: number;
  /** Without its parameters. */
  readonly type: string;
  readonly body: unknown;
}

/** Says what is wrong with an answer; `undefined` where it is one that the document has for this route. */
export const createValidator = (document: JsonObject): ((answered: Answered) => string | undefined) => {
  const ajv = new Ajv2020({ strict: false });
  const whole = inlined(document);
  const compiled = new Map<string, ValidateFunction>();
  return ({ method, path, status, type, body }) => {
    const where = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      type,
      'schema',
    ];
    let schema: Json | undefined = whole;
    for (const name of where) schema = isObject(schema) ? schema[name] : undefined;
    const said = `${method} ${path} answered ${String(status)} ${type}`;
    if (!isObject(schema)) return `${said}, which the document does not have`;
    const place = where.join(' ');
    const validate = compiled.get(place) ?? ajv.compile(schema);
    compiled.set(place, validate);
    return validate(body) ? undefined : `${said}: ${JSON.stringify(validate.errors)}`;
  };
};
