/** Sealed records, and the batches they came in. A constant number of statements whatever the size of a batch. */
import type { AccountId, KeyId } from '@mhb/core-domain/wire';
import type { Transaction } from './database/database.ts';
import type { Growth } from './quota.ts';

export interface KnownBatch {
  readonly requestHash: Buffer;
  /** Per change: its seq, 0 for a conflict, or minus the number of the reason. */
  readonly outcome: readonly bigint[];
}

/** Read after the lock: whether the key still counts, and whether the batch came before. */
export const readKeyAndBatch = async (
  tx: Transaction,
  {
    accountId,
    keyId,
    batchId,
  }: { readonly accountId: AccountId; readonly keyId: KeyId; readonly batchId: string },
): Promise<{ readonly isKeyValid: boolean; readonly batch: KnownBatch | undefined }> => {
  const [row] = await tx.query<{ is_valid: boolean; request_hash: Buffer | null; outcome: string[] | null }>(
    `select api_key.revoked_on is null as is_valid, batch.request_hash, batch.outcome
     from api_key
     left join batch on batch.account_id = api_key.account_id and batch.batch_id = $3
     where api_key.account_id = $1 and api_key.key_id = $2`,
    [accountId, keyId, batchId],
  );
  const requestHash = row?.request_hash ?? undefined;
  return {
    isKeyValid: row?.is_valid ?? false,
    batch: requestHash === undefined ? undefined : { requestHash, outcome: (row?.outcome ?? []).map(BigInt) },
  };
};

export interface PresentVersion {
  readonly seq: bigint;
  /** How long its sealed envelope is. */
  readonly bytes: number;
  /** SHA-256 of it, in hex. */
  readonly hash: string;
}

/** The present version of each of these records that exists. */
export const readVersions = async (
  tx: Transaction,
  accountId: AccountId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PresentVersion>> => {
  const rows = await tx.query<{ record_id: string; seq: string; bytes: number; hash: string }>(
    `select record_id, seq, octet_length(sealed) as bytes, encode(sha256(sealed), 'hex') as hash
     from record
     where account_id = $1 and record_id = any($2::uuid[])`,
    [accountId, ids],
  );
  return new Map(
    rows.map(({ record_id, seq, ...version }) => [
      record_id.replaceAll('-', ''),
      { seq: BigInt(seq), ...version },
    ]),
  );
};

export interface AcceptedRecord {
  readonly id: string;
  readonly sealed: Buffer;
}

/**
 * Stores records under the seqs `first`, `first + 1` …. Their bytes travel as one value with offsets, which costs
 * half of what an array of values does.
 */
export const storeRecords = (
  tx: Transaction,
  accountId: AccountId,
  { first, records }: { readonly first: bigint; readonly records: readonly AcceptedRecord[] },
): void => {
  const offsets: number[] = [];
  let offset = 1;
  for (const { sealed } of records) {
    offsets.push(offset);
    offset += sealed.length;
  }
  tx.send(
    `insert into record (account_id, record_id, seq, sealed)
     select $1, record_id, $2::bigint + position - 1, substring($3::bytea from start for length)
     from unnest($4::uuid[], $5::int[], $6::int[]) with ordinality as given (record_id, start, length, position)
     on conflict (account_id, record_id) do update set seq = excluded.seq, sealed = excluded.sealed`,
    [
      accountId,
      first,
      Buffer.concat(records.map(({ sealed }) => sealed)),
      records.map(({ id }) => id),
      offsets,
      records.map(({ sealed }) => sealed.length),
    ],
  );
};

/**
 * What was answered, where the history now stands, and what the account holds. `chained` is absent where nothing was
 * applied.
 */
export const storeBatch = (
  tx: Transaction,
  accountId: AccountId,
  batch: {
    readonly batchId: string;
    readonly requestHash: Buffer;
    readonly outcome: readonly bigint[];
    readonly chained: { readonly first: bigint; readonly last: bigint; readonly chain: Buffer } | undefined;
    readonly growth: Growth;
  },
): void => {
  const { first = null, last = null, chain = null } = batch.chained ?? {};
  tx.send(
    `with moved as (
       update account set head = $5, chain = $7, records = records + $8, bytes = bytes + $9
       where account_id = $1 and $5::bigint is not null
     )
     insert into batch (account_id, batch_id, request_hash, outcome, first_seq, last_seq, chain)
     values ($1, $2, $3, $4, $6, $5, $7)`,
    [
      accountId,
      batch.batchId,
      batch.requestHash,
      batch.outcome,
      last,
      first,
      chain,
      batch.growth.records,
      batch.growth.bytes,
    ],
  );
};

export interface StoredRow {
  readonly record_id: string;
  readonly seq: string;
  readonly sealed: Buffer;
}

/** The present envelopes of some records, in order of seq; `sealed` is null where it would go beyond `bytesMax`. */
export const readRecords = (
  tx: Transaction,
  accountId: AccountId,
  { ids, bytesMax }: { readonly ids: readonly string[]; readonly bytesMax: number },
): Promise<readonly (Omit<StoredRow, 'sealed'> & { readonly sealed: Buffer | null })[]> =>
  tx.query(
    `select record_id, seq,
       case when sum(octet_length(sealed)) over before_it <= $3 then sealed end as sealed
     from record
     where account_id = $1 and record_id = any($2::uuid[])
     window before_it as (order by seq)
     order by seq`,
    [accountId, ids, bytesMax],
  );

/** The chain after the batch that ended at `seq`, or `undefined` where none did. */
export const readChainAt = async (
  tx: Transaction,
  accountId: AccountId,
  seq: bigint,
): Promise<Buffer | undefined> => {
  const [row] = await tx.query<{ chain: Buffer }>(
    'select chain from batch where account_id = $1 and last_seq = $2',
    [accountId, seq],
  );
  return row?.chain;
};

/** How many of these batches are part of the history. */
export const countBatches = async (
  tx: Transaction,
  accountId: AccountId,
  batchIds: readonly string[],
): Promise<number> => {
  if (batchIds.length === 0) return 0;
  const [row] = await tx.query<{ count: string }>(
    'select count(*) as count from batch where account_id = $1 and batch_id = any($2::uuid[])',
    [accountId, batchIds],
  );
  return Number(row?.count ?? 0);
};

export interface PageRequest {
  readonly accountId: AccountId;
  /** Records after this seq. */
  readonly after: bigint;
  readonly recordsMax: number;
  /** Bytes of sealed records; the first record is given however large it is. */
  readonly bytesMax: number;
  readonly skipBatches: readonly string[];
}

/** The next records in order of seq, without those of the batches to skip. The size is bounded before it is read. */
export const readPage = (tx: Transaction, page: PageRequest): Promise<readonly StoredRow[]> =>
  // Found by seq twice instead of joined: with old statistics Postgres joins by comparing every row with every row.
  tx.query<StoredRow>(
    `with skipped as materialized (${SKIPPED}),
     candidate as (
       select seq, octet_length(sealed) as bytes from record where ${WANTED} order by seq limit $4
     ),
     measured as (
       select seq, sum(bytes) over (order by seq) as total, row_number() over (order by seq) as n
       from candidate
     )
     select record_id, seq, sealed
     from record
     where ${WANTED} and seq <= (select max(seq) from measured where total <= $5 or n = 1)
     order by seq`,
    [page.accountId, page.after, page.skipBatches, page.recordsMax, page.bytesMax],
  );

/** How many records come after a seq, without those of the batches to skip. */
export const countAfter = async (
  tx: Transaction,
  { accountId, after, skipBatches }: Pick<PageRequest, 'accountId' | 'after' | 'skipBatches'>,
): Promise<number> => {
  const [row] = await tx.query<{ count: string }>(
    `with skipped as materialized (${SKIPPED})
     select count(*) as count from record where ${WANTED}`,
    [accountId, after, skipBatches],
  );
  return Number(row?.count ?? 0);
};

const SKIPPED = `
  select first_seq, last_seq from batch
  where account_id = $1 and batch_id = any($3::uuid[]) and last_seq > $2`;

const WANTED = `account_id = $1 and seq > $2
  and not exists (select 1 from skipped where seq between first_seq and last_seq)`;

/**
 * How many records there are, and the digest of them all (see DigestAnswer). Postgres works it out, so that the
 * service's memory does not grow with the account; a uuid sorts as its 16 bytes do.
 */
export const readDigest = async (
  tx: Transaction,
  accountId: AccountId,
): Promise<{ readonly count: number; readonly digest: string }> => {
  const [row] = await tx.query<{ count: string; digest: string }>(
    `select count(*) as count,
       encode(sha256(coalesce(
         string_agg(uuid_send(record_id) || int8send(seq) || sha256(sealed), ''::bytea order by record_id),
         ''::bytea)), 'hex') as digest
     from record
     where account_id = $1`,
    [accountId],
  );
  return { count: Number(row?.count ?? 0), digest: row?.digest ?? '' };
};
