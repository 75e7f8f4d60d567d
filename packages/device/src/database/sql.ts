/**
 * The device's database port, small and synchronous, so that any SQLite can stand behind it.
 *
 * SQL is written as SQL; the holes of the template are parameters, never text.
 *
 * [Note: Why a limit is cast] SQLite looks at the value of a parameter that is a limit while it plans, and so plans
 * again with every value that is bound: for a page of ten that is half of its time. Of `cast(? as integer)` it
 * knows nothing beforehand.
 */

export type SqlValue = string | number | bigint | null | Uint8Array;

export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export const sql = (parts: TemplateStringsArray, ...values: readonly SqlValue[]): Sql => {
  // A template has the same parts each time it is run, and one text for all of them is found among the prepared
  // statements at once; a text that was just put together is read from end to end first.
  const text = textByTemplate.get(parts) ?? parts.join('?');
  textByTemplate.set(parts, text);
  return { text, values };
};

const textByTemplate = new WeakMap<TemplateStringsArray, string>();

/** Something that can be asked. */
export interface Reader {
  all<Row>(statement: Sql): readonly Row[];
  get<Row>(statement: Sql): Row | undefined;
}

/** Something that can be asked and written to; all of its writes become real together, or none does. */
export interface Transaction extends Reader {
  /** How many rows were written. */
  run(statement: Sql): number;
}

/** What a transaction's body may answer: no promise, so no `await` can sit inside a transaction. */
type Synchronous<Value> = Value extends PromiseLike<unknown> ? never : Value;

export interface Database extends Reader {
  transaction<Value>(body: (tx: Transaction) => Synchronous<Value>): Value;
  /** The engine's own check of the file: "ok", or what is wrong. */
  check(): string;
  /** How large the file is, without its log. */
  bytes(): number;
  /** Rewrites the file without what was deleted from it, so that none of that can be read there any more. */
  compact(): void;
  /** Writes all that is committed into an empty file, under the same key, without its log and free parts. */
  copyTo(path: string): void;
  /**
   * Puts a copy under another key (32 bytes, or none) in the place of the file. Killed at any moment, the file is whole
   * and under the one or the other. Whoever else has it open must close it first.
   */
  changeKey(key: Uint8Array | undefined): void;
  close(): void;
}
