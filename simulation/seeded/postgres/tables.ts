/**
 * The service's tables as maps, as Postgres would hold them, and one transaction's view of them: what is committed,
 * with its own writes on top. Rows are never changed in place, so a copy of the maps is a snapshot and a backup.
 */

export interface AccountRow {
  readonly account_id: string;
  readonly epoch: string;
  readonly head: bigint;
  readonly chain: Buffer;
  readonly records: bigint;
  readonly bytes: bigint;
  readonly records_max: bigint | null;
  readonly bytes_max: bigint | null;
}

export interface KeyRow {
  readonly account_id: string;
  readonly key_id: string;
  readonly secret_hash: Buffer;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly created_on: string;
  readonly last_used_on: string | null;
  readonly revoked_on: string | null;
  readonly device_id: string | null;
  readonly made_by: string | null;
}

export interface DeviceRow {
  readonly account_id: string;
  readonly device_id: string;
  readonly key_id: string;
  readonly name: Buffer | null;
  readonly manifest: Buffer | null;
  readonly last_seen_on: string;
}

export interface RecordRow {
  readonly account_id: string;
  readonly record_id: string;
  readonly seq: bigint;
  readonly sealed: Buffer;
}

export interface BatchRow {
  readonly account_id: string;
  readonly batch_id: string;
  readonly request_hash: Buffer;
  readonly outcome: readonly bigint[];
  readonly first_seq: bigint | null;
  readonly last_seq: bigint | null;
  readonly chain: Buffer | null;
}

export interface KeyringRow {
  readonly account_id: string;
  readonly generation: bigint;
  readonly sealed: Buffer;
  readonly recovery: Buffer;
}

export interface MailboxRow {
  readonly account_id: string;
  readonly mailbox_id: string;
  readonly token_hash: Buffer;
  readonly sealed: Buffer;
  readonly tries_left: bigint;
  readonly expires_at_ms: number;
}

export interface Rows {
  readonly account: AccountRow;
  readonly api_key: KeyRow;
  readonly record: RecordRow;
  readonly batch: BatchRow;
  readonly keyring: KeyringRow;
  readonly device: DeviceRow;
  readonly mailbox: MailboxRow;
}

export type TableName = keyof Rows;
export type Tables = { readonly [Name in TableName]: Map<string, Rows[Name]> };

export const emptyTables = (): Tables => ({
  account: new Map(),
  api_key: new Map(),
  record: new Map(),
  batch: new Map(),
  keyring: new Map(),
  device: new Map(),
  mailbox: new Map(),
});

export const copyTables = (tables: Tables): Tables => ({
  account: new Map(tables.account),
  api_key: new Map(tables.api_key),
  record: new Map(tables.record),
  batch: new Map(tables.batch),
  keyring: new Map(tables.keyring),
  device: new Map(tables.device),
  mailbox: new Map(tables.mailbox),
});

/** A row that a transaction has written; its key is the primary key's values, joined. */
export type Write = {
  readonly [Name in TableName]: {
    readonly table: Name;
    readonly key: string;
    /** Undefined where the row was deleted. */
    readonly row: Rows[Name] | undefined;
  };
}[TableName];

export const keyOf = (...parts: readonly string[]): string => parts.join(' ');

/** What one statement sees. */
export class View {
  readonly #committed: Tables;
  readonly #own: ReadonlyMap<string, Write>;

  constructor(committed: Tables, own: ReadonlyMap<string, Write>) {
    this.#committed = committed;
    this.#own = own;
  }

  get<Name extends TableName>(table: Name, key: string): Rows[Name] | undefined {
    const own = this.#own.get(`${table} ${key}`);
    // A write carries the row of its own table.
    return own === undefined ? this.#committed[table].get(key) : (own.row as Rows[Name] | undefined);
  }

  /** All rows of a table, in no order that anybody may rely on. */
  rows<Name extends TableName>(table: Name): readonly Rows[Name][] {
    if (this.#own.size === 0) return [...this.#committed[table].values()];
    const seen = new Map<string, Rows[Name]>(this.#committed[table]);
    for (const write of this.#own.values()) {
      if (write.table !== table) continue;
      if (write.row === undefined) seen.delete(write.key);
      else seen.set(write.key, write.row as Rows[Name]);
    }
    return [...seen.values()];
  }
}
