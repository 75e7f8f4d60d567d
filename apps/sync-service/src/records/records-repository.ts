/** Sealed records. A constant number of statements whatever the size of a batch. */
import type { AccountId } from '@mhb/core-domain/wire';
import type { Transaction } from '../database/database.ts';

export interface PresentVersion {
  readonly seq: bigint;
  /** How long its sealed envelope is. */
  readonly bytes: number;
  /** SHA-256 of it, in hex. */
  readonly hash: string;
}

/** The present version of each of these records that exists. Planned anew: in a tiny table either index looks as good. */
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
 * half of what an array of values does; `within` is one that has them all in it already.
 */
export const storeRecords = (
  tx: Transaction,
  accountId: AccountId,
  {
    first,
    records,
    within,
  }: {
    readonly first: bigint;
    readonly records: readonly AcceptedRecord[];
    readonly within?: Buffer | undefined;
  },
): void => {
  const { bytes, starts } =
    within === undefined
      ? joined(records)
      : {
          bytes: within,
          starts: records.map(({ sealed }) => sealed.byteOffset - within.byteOffset),
        };
  tx.send(
    `insert into record (account_id, record_id, seq, sealed)
     select $1, record_id, $2::bigint + position - 1, substring($3::bytea from start for length)
     from unnest($4::uuid[], $5::int[], $6::int[]) with ordinality as given (record_id, start, length, position)
     on conflict (account_id, record_id) do update set seq = excluded.seq, sealed = excluded.sealed`,
    [
      accountId,
      first,
      bytes,
      records.map(({ id }) => id),
      // SQL counts from 1.
      starts.map((start) => start + 1),
      records.map(({ sealed }) => sealed.length),
    ],
    'kept',
  );
};

const joined = (
  records: readonly AcceptedRecord[],
): { readonly bytes: Buffer; readonly starts: readonly number[] } => {
  let end = 0;
  const starts = records.map(({ sealed }) => (end += sealed.length) - sealed.length);
  return { bytes: Buffer.concat(records.map(({ sealed }) => sealed)), starts };
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

/**
 * How many records come after a seq, without those of the batches to skip, counted no further than `countMax`: a page
 * costs the same however much follows.
 */
export const countAfter = async (
  tx: Transaction,
  {
    accountId,
    after,
    skipBatches,
    countMax,
  }: Pick<PageRequest, 'accountId' | 'after' | 'skipBatches'> & { readonly countMax: number },
): Promise<number> => {
  const [row] = await tx.query<{ count: string }>(
    `with skipped as materialized (${SKIPPED})
     select count(*) as count from (select from record where ${WANTED} limit $4) as counted`,
    [accountId, after, skipBatches, countMax],
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
