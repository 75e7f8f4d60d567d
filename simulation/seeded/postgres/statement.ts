/** What a statement of the service does to the tables: the rows it answers, and what it writes and locks. */
import type { SqlValue } from '@mhb/sync-service/simulation';
import type { View, Write } from './tables.ts';

/** As the driver hands them out: bigints as text, uuids with dashes, bytea as buffers. */
export type AnsweredRow = Readonly<Record<string, unknown>>;

export interface Effect {
  readonly rows: readonly AnsweredRow[];
  readonly writes?: readonly Write[];
  /** Rows that are locked without being written, as `table key`. */
  readonly locks?: readonly string[];
}

/** When a statement runs, as the database's clock says. */
export interface Now {
  readonly today: string;
  readonly nowMs: number;
}

export interface Statement {
  readonly text: string;
  readonly run: (view: View, values: readonly SqlValue[], now: Now) => Effect;
}

/** One that Postgres refuses; the codes are its own. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  readonly code: string;

  constructor(code: string) {
    super(`Postgres refuses a statement: ${code}`);
    this.code = code;
  }
}

export const UNIQUE_VIOLATION = '23505';
export const FOREIGN_KEY_VIOLATION = '23503';

/** White space in a statement says nothing. */
export const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** 32 hex digits, with or without dashes, as the text that Postgres gives out. */
export const uuid = (value: SqlValue | undefined): string => {
  const hex = String(value).replaceAll('-', '').toLowerCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

export const text = (value: SqlValue | undefined): string => String(value);

export const bigint = (value: SqlValue | undefined): bigint => BigInt(String(value));

export const bytes = (value: SqlValue | undefined): Buffer => {
  if (!Buffer.isBuffer(value)) throw new Error('a statement was given something else where it takes bytes');
  return value;
};

export const list = (value: SqlValue | undefined): readonly (string | number | bigint)[] => {
  if (!Array.isArray(value)) throw new Error('a statement was given something else where it takes a list');
  // An array that is a value of SQL holds these three.
  return value as readonly (string | number | bigint)[];
};
