/**
 * Looks for a mark in whatever form it may have: as text, as UTF-16, in hex, in base64.
 *
 * Every marked text begins with the same mark, so whoever has one of these texts, in one of these forms, has the mark in
 * that form; one search for one mark finds any of a hundred thousand texts. In base64 a text may begin at any of the
 * three bytes of a group, and only the groups that lie wholly within the mark are the same for every text.
 */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Long enough that chance makes it nowhere: 16 letters. */
export const MARK = 'qXzMarkedVjWkHpQ';

/** A text that is nowhere else. */
export const marked = (number: number): string => `${MARK}${number.toString(36)}`;

export const formsOf = (mark: string): Readonly<Record<string, Buffer>> => {
  const bytes = Buffer.from(mark);
  const big = Buffer.from(mark, 'utf16le').swap16();
  return {
    text: bytes,
    'UTF-16, little end first': Buffer.from(mark, 'utf16le'),
    'UTF-16, big end first': big,
    hex: Buffer.from(bytes.toString('hex')),
    'hex in capitals': Buffer.from(bytes.toString('hex').toUpperCase()),
    ...Object.fromEntries(
      [0, 1, 2].map((skipped) => {
        const whole = bytes.subarray(skipped, bytes.length - ((bytes.length - skipped) % 3));
        return [`base64 from byte ${String(skipped)}`, Buffer.from(whole.toString('base64'))];
      }),
    ),
  };
};

export interface Search {
  /** More of what is searched, in order. */
  readonly feed: (bytes: Buffer) => void;
  /** The forms that were found, and how often. */
  readonly found: () => Readonly<Record<string, number>>;
  readonly bytes: () => number;
}

export const searchFor = (mark: string): Search => {
  const forms = Object.entries(formsOf(mark));
  const longest = Math.max(...forms.map(([, form]) => form.length));
  const counts: Record<string, number> = {};
  let bytesFed = 0;
  let tail = Buffer.alloc(0);
  return {
    feed: (bytes) => {
      bytesFed += bytes.length;
      const joined = Buffer.concat([tail, bytes]);
      for (const [name, form] of forms) {
        for (let at = joined.indexOf(form); at !== -1; at = joined.indexOf(form, at + 1)) {
          // What lies wholly in the tail was counted before.
          if (at + form.length > tail.length) counts[name] = (counts[name] ?? 0) + 1;
        }
      }
      tail = Buffer.from(joined.subarray(-(longest - 1)));
    },
    found: () => counts,
    bytes: () => bytesFed,
  };
};

const CHUNK_BYTES = 4 * 1024 * 1024;

/** Every file of a folder, whatever it is called; the names are searched too. */
export const searchFolder = (folder: string, mark: string): Search => {
  const search = searchFor(mark);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    search.feed(Buffer.from(`${name}\n`));
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const file = openSync(path, 'r');
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk))
      search.feed(chunk.subarray(0, read));
    closeSync(file);
  }
  return search;
};
