/** Request bodies: uncompressed UTF-8 JSON of modest depth, and nothing else. Checked before it is parsed. */
import { limits } from '@mhb/core-domain/wire';
import { Refusal } from './problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Members that would reach into an object's prototype are refused like any other bad request. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const parseJsonBody = (body: Buffer): unknown => {
  if (!isShallow(body)) throw new Refusal('invalid_request');
  try {
    return JSON.parse(utf8.decode(body), (key, value: unknown) => {
      if (FORBIDDEN_KEYS.has(key)) throw new Refusal('invalid_request');
      return value;
    });
  } catch {
    throw new Refusal('invalid_request');
  }
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** A deep document can exhaust the stack of whoever parses it. */
const isShallow = (body: Buffer): boolean => {
  let depth = 0;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index] ?? 0;
    if (byte === QUOTE) index = endOfText(body, index);
    else if (OPENING.has(byte)) depth += 1;
    else if (CLOSING.has(byte)) depth -= 1;
    if (depth > limits.JSON_DEPTH_MAX) return false;
  }
  return true;
};

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
