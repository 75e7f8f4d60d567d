/**
 * Request bodies: uncompressed UTF-8 JSON of modest depth and size in parts, and nothing else. Looked through as bytes
 * before it is parsed, so that a hostile document costs one pass and no memory.
 */
import { limits } from '@mhb/core-domain/wire';
import { Refusal } from './problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Members that would reach into an object's prototype are refused like any other bad request. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const parseJsonBody = (body: Buffer): unknown => {
  if (!isModest(body)) throw new Refusal('invalid_request');
  try {
    const text = utf8.decode(body);
    // Looking at every value costs as much again as parsing, and an upload gives no reason to.
    return mayHide(body) ? JSON.parse(text, refuseHidden) : JSON.parse(text);
  } catch {
    throw new Refusal('invalid_request');
  }
};

/** UTF-8 has no half characters, so only an escape can write one; and only a sign can be lost. */
const mayHide = (body: Buffer): boolean => body.includes(BACKSLASH) || body.includes(MINUS);

/** For `JSON.parse`: refuses what two readers would understand differently. */
export const refuseHidden = (_key: string, value: unknown): unknown => {
  // Half a surrogate pair is no character: Postgres would be given another text than the one that was checked.
  if (typeof value === 'string' && !value.isWellFormed()) throw new Refusal('invalid_request');
  // A sign that the parsed number no longer shows, so that two texts would be one request.
  if (Object.is(value, -0)) throw new Refusal('invalid_request');
  return value;
};

/** Members, and values of lists. The largest request of the wire has less than a twentieth of this. */
const PARTS_MAX = 50_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * No deeper and of no more parts than the wire needs, and each member named once, in plain letters. What this takes
 * for a member may be none where the document is no JSON; then the parser refuses it.
 */
const isModest = (body: Buffer): boolean => {
  // The names of each object that is open here; a list has none.
  const open: Set<string>[] = [];
  let parts = 0;
  let text = { start: 0, end: 0 };
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index] ?? 0;
    if (byte === QUOTE) {
      text = { start: index + 1, end: endOfText(body, index) };
      index = text.end;
    } else if (OPENING.has(byte)) {
      if (open.length === limits.JSON_DEPTH_MAX) return false;
      open.push(new Set());
      parts += 1;
    } else if (CLOSING.has(byte)) {
      open.pop();
    } else if (byte === COMMA) {
      parts += 1;
    } else if (byte === COLON && !isNewName(open.at(-1), body.toString('latin1', text.start, text.end))) {
      return false;
    }
    if (parts > PARTS_MAX) return false;
  }
  return true;
};

/** A name with an escape in it could be another name in disguise; no member of the wire needs one. */
const isNewName = (names: Set<string> | undefined, name: string): boolean => {
  if (names === undefined || names.has(name) || name.length > NAME_BYTES_MAX) return false;
  names.add(name);
  return !name.includes('\\') && !FORBIDDEN_KEYS.has(name);
};

const NAME_BYTES_MAX = 100;

const endOfText = (body: Buffer, start: number): number => {
  let end = body.indexOf(QUOTE, start + 1);
  while (end !== -1) {
    let escapes = 0;
    while (body[end - 1 - escapes] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
    end = body.indexOf(QUOTE, end + 1);
  }
  return body.length;
};
