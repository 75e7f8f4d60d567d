/**
 * One text per value: keys in code unit order, no white space, numbers as ECMAScript writes them (RFC 8785).
 * Two devices that hold the same record write the same bytes.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export const canonicalJson = (value: Json): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
};

const isList = (value: object): value is readonly Json[] => Array.isArray(value);
