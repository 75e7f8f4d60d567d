/** The statements of records-repository.ts and batches-repository.ts. */
import { createHash, hash } from 'node:crypto';
import type { SqlValue } from '@mhb/sync-service/simulation';
import {
  bigint,
  bytes,
  FOREIGN_KEY_VIOLATION,
  list,
  PostgresError,
  type Statement,
  text,
  UNIQUE_VIOLATION,
  uuid,
} from './statement.ts';
import { keyOf, type RecordRow, type View, type Write } from './tables.ts';

const bySeq = (a: RecordRow, b: RecordRow): number => (a.seq < b.seq ? -1 : 1);

const recordsOf = (view: View, accountId: SqlValue | undefined): readonly RecordRow[] => {
  const account_id = uuid(accountId);
  return view.rows('record').filter((row) => row.account_id === account_id);
};

/** Records after a seq, in order, without those of the batches to skip. */
const wanted = (view: View, [id, after, skip]: readonly SqlValue[]): readonly RecordRow[] => {
  const account_id = uuid(id);
  const skipped = list(skip).flatMap((batchId) => {
    const batch = view.get('batch', keyOf(account_id, uuid(batchId)));
    return batch?.first_seq === undefined || batch.first_seq === null || batch.last_seq === null
      ? []
      : [batch];
  });
  return recordsOf(view, id)
    .filter(({ seq }) => seq > bigint(after))
    .filter(
      ({ seq }) =>
        !skipped.some(({ first_seq, last_seq }) => seq >= (first_seq ?? 0n) && seq <= (last_seq ?? -1n)),
    )
    .toSorted(bySeq);
};

const SKIPPED = `
  select first_seq, last_seq from batch
  where account_id = $1 and batch_id = any($3::uuid[]) and last_seq > $2`;
const WANTED = `account_id = $1 and seq > $2
  and not exists (select 1 from skipped where seq between first_seq and last_seq)`;

const readStatements: readonly Statement[] = [
  {
    text: `select api_key.revoked_on is null as is_valid, batch.request_hash, batch.outcome
     from api_key
     left join batch on batch.account_id = api_key.account_id and batch.batch_id = $3
     where api_key.account_id = $1 and api_key.key_id = $2`,
    run: (view, [id, keyId, batchId]) => {
      const key = view.get('api_key', keyOf(uuid(id), text(keyId)));
      if (key === undefined) return { rows: [] };
      const batch = view.get('batch', keyOf(uuid(id), uuid(batchId)));
      const outcome = batch?.outcome.map(String) ?? null;
      return {
        rows: [{ is_valid: key.revoked_on === null, request_hash: batch?.request_hash ?? null, outcome }],
      };
    },
  },
  {
    text: `select record_id, seq, octet_length(sealed) as bytes, encode(sha256(sealed), 'hex') as hash
     from record
     where account_id = $1 and record_id = any($2::uuid[])`,
    run: (view, [id, ids]) => ({
      rows: [...new Set(list(ids).map(uuid))].flatMap((recordId) => {
        const row = view.get('record', keyOf(uuid(id), recordId));
        if (row === undefined) return [];
        const { record_id, seq, sealed } = row;
        return [{ record_id, seq: String(seq), bytes: sealed.length, hash: hash('sha256', sealed) }];
      }),
    }),
  },
  {
    text: `select record_id, seq,
       case when sum(octet_length(sealed)) over before_it <= $3 then sealed end as sealed
     from record
     where account_id = $1 and record_id = any($2::uuid[])
     window before_it as (order by seq)
     order by seq`,
    run: (view, [id, ids, bytesMax]) => {
      let total = 0n;
      const found = [...new Set(list(ids).map(uuid))].flatMap(
        (recordId) => view.get('record', keyOf(uuid(id), recordId)) ?? [],
      );
      const rows = found.toSorted(bySeq).map(({ record_id, seq, sealed }) => {
        total += BigInt(sealed.length);
        return { record_id, seq: String(seq), sealed: total <= bigint(bytesMax) ? sealed : null };
      });
      return { rows };
    },
  },
  {
    text: 'select chain from batch where account_id = $1 and last_seq = $2',
    run: (view, [id, seq]) => {
      const account_id = uuid(id);
      const last = bigint(seq);
      const row = view
        .rows('batch')
        .find((batch) => batch.account_id === account_id && batch.last_seq === last);
      return { rows: row === undefined ? [] : [{ chain: row.chain }] };
    },
  },
  {
    text: 'select count(*) as count from batch where account_id = $1 and batch_id = any($2::uuid[])',
    run: (view, [id, ids]) => {
      const found = [...new Set(list(ids).map(uuid))].filter(
        (batchId) => view.get('batch', keyOf(uuid(id), batchId)) !== undefined,
      );
      return { rows: [{ count: String(found.length) }] };
    },
  },
  {
    text: `with skipped as materialized (${SKIPPED}),
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
    run: (view, values) => {
      let total = 0n;
      const candidates = wanted(view, values).slice(0, Number(bigint(values[3])));
      const rows = candidates.filter(({ sealed }, index) => {
        total += BigInt(sealed.length);
        return index === 0 || total <= bigint(values[4]);
      });
      return { rows: rows.map(({ record_id, seq, sealed }) => ({ record_id, seq: String(seq), sealed })) };
    },
  },
  {
    text: `with skipped as materialized (${SKIPPED})
     select count(*) as count from (select from record where ${WANTED} limit $4) as counted`,
    run: (view, values) => {
      const counted = Math.min(wanted(view, values).length, Number(bigint(values[3])));
      return { rows: [{ count: String(counted) }] };
    },
  },
];

const digestStatement: Statement = {
  text: `select count(*) as count,
       encode(sha256(coalesce(
         string_agg(uuid_send(record_id) || int8send(seq) || sha256(sealed), ''::bytea order by record_id),
         ''::bytea)), 'hex') as digest
     from record
     where account_id = $1`,
  run: (view, [id]) => {
    const rows = recordsOf(view, id).toSorted((a, b) => (a.record_id < b.record_id ? -1 : 1));
    const digest = createHash('sha256');
    for (const { record_id, seq, sealed } of rows) {
      const place = Buffer.alloc(8);
      place.writeBigInt64BE(seq);
      digest
        .update(record_id.replaceAll('-', ''), 'hex')
        .update(place)
        .update(createHash('sha256').update(sealed).digest());
    }
    return { rows: [{ count: String(rows.length), digest: digest.digest('hex') }] };
  },
};

const writeStatements: readonly Statement[] = [
  {
    text: `insert into record (account_id, record_id, seq, sealed)
     select $1, record_id, $2::bigint + position - 1, substring($3::bytea from start for length)
     from unnest($4::uuid[], $5::int[], $6::int[]) with ordinality as given (record_id, start, length, position)
     on conflict (account_id, record_id) do update set seq = excluded.seq, sealed = excluded.sealed`,
    run: (view, [id, first, all, ids, starts, lengths]) => {
      const account_id = uuid(id);
      if (view.get('account', account_id) === undefined) throw new PostgresError(FOREIGN_KEY_VIOLATION);
      const writes = list(ids).map((recordId, index): Write & { readonly row: RecordRow } => {
        const start = Number(list(starts)[index]) - 1;
        const sealed = Buffer.from(bytes(all).subarray(start, start + Number(list(lengths)[index])));
        const row = { account_id, record_id: uuid(recordId), seq: bigint(first) + BigInt(index), sealed };
        return { table: 'record', key: keyOf(account_id, row.record_id), row };
      });
      refuseSecondSeq(
        view,
        writes.map(({ row }) => row),
      );
      return { rows: [], writes };
    },
  },
  {
    text: `with moved as (
       update account set head = $5, chain = $7, records = records + $8, bytes = bytes + $9
       where account_id = $1 and $5::bigint is not null
     )
     insert into batch (account_id, batch_id, request_hash, outcome, first_seq, last_seq, chain)
     values ($1, $2, $3, $4, $6, $5, $7)`,
    run: (view, [id, batchId, requestHash, outcome, last, first, chain, moreRecords, moreBytes]) => {
      const account_id = uuid(id);
      const account = view.get('account', account_id);
      if (account === undefined) throw new PostgresError(FOREIGN_KEY_VIOLATION);
      const isEmpty = last === null || first === null;
      const row = {
        account_id,
        batch_id: uuid(batchId),
        request_hash: bytes(requestHash),
        outcome: list(outcome).map(bigint),
        first_seq: isEmpty ? null : bigint(first),
        last_seq: isEmpty ? null : bigint(last),
        chain: isEmpty ? null : bytes(chain),
      };
      const key = keyOf(account_id, row.batch_id);
      const isTaken =
        view.get('batch', key) !== undefined ||
        (!isEmpty &&
          view
            .rows('batch')
            .some((other) => other.account_id === account_id && other.last_seq === row.last_seq));
      if (isTaken) throw new PostgresError(UNIQUE_VIOLATION);
      const moved: Write = {
        table: 'account',
        key: account_id,
        row: {
          ...account,
          head: row.last_seq ?? account.head,
          chain: row.chain ?? account.chain,
          records: account.records + bigint(moreRecords),
          bytes: account.bytes + bigint(moreBytes),
        },
      };
      return { rows: [], writes: [...(isEmpty ? [] : [moved]), { table: 'batch', key, row }] };
    },
  },
];

/** unique (account_id, seq), judged as Postgres does: row by row, with those not yet written as they were. */
const refuseSecondSeq = (view: View, written: readonly RecordRow[]): void => {
  const [first] = written;
  if (first === undefined) return;
  const ownerBySeq = new Map(recordsOf(view, first.account_id).map((row) => [row.seq, row.record_id]));
  const seqByOwner = new Map([...ownerBySeq].map(([seq, owner]) => [owner, seq]));
  for (const { record_id, seq } of written) {
    const before = seqByOwner.get(record_id);
    if (before !== undefined) ownerBySeq.delete(before);
    if (ownerBySeq.has(seq)) throw new PostgresError(UNIQUE_VIOLATION);
    ownerBySeq.set(seq, record_id);
    seqByOwner.set(record_id, seq);
  }
};

export const recordStatements: readonly Statement[] = [
  ...readStatements,
  digestStatement,
  ...writeStatements,
];
