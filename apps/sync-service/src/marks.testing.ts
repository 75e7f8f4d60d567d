/** Marks that are put into requests, and looked for in whatever somebody may read. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A text that is nowhere else. */
export const mark = (): string => `marked${randomBytes(8).toString('hex')}`;

/** How a text, or bytes that are given in hex, may stand somewhere. */
const formsOf = (text: string): readonly Buffer[] => {
  const raw = /^(?:[0-9a-f]{2}){8,}$/.test(text)
    ? [Buffer.from(text, 'hex'), Buffer.from(text)]
    : [Buffer.from(text)];
  return raw.flatMap((bytes) => [
    bytes,
    Buffer.from(bytes.toString('hex')),
    Buffer.from(bytes.toString('hex').toUpperCase()),
    // Wherever it begins within a group of three bytes; the ends depend on what stands beside it.
    ...[0, 1, 2].map((skipped) => {
      const whole = bytes.subarray(skipped, bytes.length - ((bytes.length - skipped) % 3));
      return Buffer.from(whole.toString('base64'));
    }),
  ]);
};

/** The names of those that stand there, in any form. */
export const findings = (haystack: Buffer, needles: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(needles)
    .filter(([, text]) => formsOf(text).some((form) => haystack.includes(form)))
    .map(([name]) => name);

export const everythingIn = (folder: string): Buffer =>
  Buffer.concat(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path)),
  );
