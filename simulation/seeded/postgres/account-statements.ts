/** The statements of accounts-repository.ts and keyring-repository.ts. */
import {
  type AnsweredRow,
  bigint,
  bytes,
  type Effect,
  FOREIGN_KEY_VIOLATION,
  list,
  PostgresError,
  type Statement,
  text,
  UNIQUE_VIOLATION,
  uuid,
} from './statement.ts';
import { type AccountRow, keyOf, type KeyRow, type View } from './tables.ts';

const accountRow = (row: AccountRow | undefined): readonly AnsweredRow[] =>
  row === undefined
    ? []
    : [
        {
          epoch: row.epoch,
          head: String(row.head),
          chain: row.chain,
          records: String(row.records),
          bytes: String(row.bytes),
          records_max: row.records_max === null ? null : String(row.records_max),
          bytes_max: row.bytes_max === null ? null : String(row.bytes_max),
        },
      ];

const keyRow = ({ account_id: _, device_id: _device, made_by: _by, ...row }: KeyRow): AnsweredRow => ({
  ...row,
  scopes: [...row.scopes],
});

const changeKey = (
  view: View,
  key: string,
  change: (row: KeyRow) => KeyRow,
): Effect & { isFound: boolean } => {
  const row = view.get('api_key', key);
  if (row === undefined) return { rows: [], isFound: false };
  return { rows: [], isFound: true, writes: [{ table: 'api_key', key, row: change(row) }] };
};

export const accountStatements: readonly Statement[] = [
  {
    text: 'insert into account (account_id, epoch, chain) values ($1, $2, $3)',
    run: (view, [id, epoch, chain]) => {
      const account_id = uuid(id);
      if (view.get('account', account_id) !== undefined) throw new PostgresError(UNIQUE_VIOLATION);
      const holding = { records: 0n, bytes: 0n, records_max: null, bytes_max: null };
      const row = { account_id, epoch: uuid(epoch), head: 0n, chain: bytes(chain), ...holding };
      return { rows: [], writes: [{ table: 'account', key: account_id, row }] };
    },
  },
  {
    text: 'select epoch, head, chain, records, bytes, records_max, bytes_max from account where account_id = $1 for no key update',
    run: (view, [id]) => {
      const row = view.get('account', uuid(id));
      return { rows: accountRow(row), locks: row === undefined ? [] : [`account ${uuid(id)}`] };
    },
  },
  {
    text: 'select epoch, head, chain, records, bytes, records_max, bytes_max from account where account_id = $1',
    run: (view, [id]) => ({ rows: accountRow(view.get('account', uuid(id))) }),
  },
  {
    text: `insert into api_key (account_id, key_id, secret_hash, label, scopes, created_on, made_by)
      values ($1, $2, $3, $4, $5, current_date, $6)`,
    run: (view, [id, key_id, hash, label, scopes, madeBy], { today }) => {
      const account_id = uuid(id);
      const key = keyOf(account_id, text(key_id));
      if (view.get('account', account_id) === undefined) throw new PostgresError(FOREIGN_KEY_VIOLATION);
      if (view.get('api_key', key) !== undefined) throw new PostgresError(UNIQUE_VIOLATION);
      const row: KeyRow = {
        account_id,
        key_id: text(key_id),
        secret_hash: bytes(hash),
        label: text(label),
        scopes: list(scopes).map(String),
        created_on: today,
        last_used_on: null,
        revoked_on: null,
        device_id: null,
        made_by: madeBy === null ? null : text(madeBy),
      };
      return { rows: [], writes: [{ table: 'api_key', key, row }] };
    },
  },
  {
    text: `select key_id, secret_hash, label, scopes, created_on::text, last_used_on::text, revoked_on::text,
       coalesce(last_used_on = current_date, false) as is_used_today,
       account.epoch, account.head, account.chain, coalesce(keyring.generation, 0) as keyring_generation
     from api_key
     join account on account.account_id = api_key.account_id
     left join keyring on keyring.account_id = api_key.account_id
     where api_key.account_id = $1 and api_key.key_id = $2`,
    run: (view, [id, key], { today }) => {
      const row = view.get('api_key', keyOf(uuid(id), text(key)));
      const account = view.get('account', uuid(id));
      if (row === undefined || account === undefined) return { rows: [] };
      const keyring_generation = String(view.get('keyring', uuid(id))?.generation ?? 0);
      const { epoch, head, chain } = account;
      const standing = { epoch, head: String(head), chain, keyring_generation };
      return { rows: [{ ...keyRow(row), is_used_today: row.last_used_on === today, ...standing }] };
    },
  },
  {
    text: 'select revoked_on is null as is_living from api_key where account_id = $1 and key_id = $2',
    run: (view, [id, key]) => {
      const row = view.get('api_key', keyOf(uuid(id), text(key)));
      return { rows: row === undefined ? [] : [{ is_living: row.revoked_on === null }] };
    },
  },
  {
    text: 'update api_key set last_used_on = current_date where account_id = $1 and key_id = $2',
    run: (view, [id, key], { today }) =>
      changeKey(view, keyOf(uuid(id), text(key)), (row) => ({ ...row, last_used_on: today })),
  },
  {
    text: `select key_id, secret_hash, label, scopes, created_on::text, last_used_on::text, revoked_on::text
     from api_key
     where account_id = $1
     order by created_on, key_id`,
    run: (view, [id]) => ({
      rows: view
        .rows('api_key')
        .filter(({ account_id }) => account_id === uuid(id))
        .toSorted((a, b) => (keyOf(a.created_on, a.key_id) < keyOf(b.created_on, b.key_id) ? -1 : 1))
        .map(keyRow),
    }),
  },
  {
    text: `update api_key set revoked_on = coalesce(revoked_on, current_date)
     where account_id = $1 and key_id = $2
     returning key_id`,
    run: (view, [id, key], { today }) => {
      const { isFound, ...effect } = changeKey(view, keyOf(uuid(id), text(key)), (row) => ({
        ...row,
        revoked_on: row.revoked_on ?? today,
      }));
      return { ...effect, rows: isFound ? [{ key_id: text(key) }] : [] };
    },
  },
  {
    text: 'select generation, sealed, recovery from keyring where account_id = $1',
    run: (view, [id]) => {
      const row = view.get('keyring', uuid(id));
      if (row === undefined) return { rows: [] };
      return { rows: [{ generation: String(row.generation), sealed: row.sealed, recovery: row.recovery }] };
    },
  },
  {
    text: 'select generation from keyring where account_id = $1',
    run: (view, [id]) => {
      const row = view.get('keyring', uuid(id));
      return { rows: row === undefined ? [] : [{ generation: String(row.generation) }] };
    },
  },
  {
    text: `insert into keyring (account_id, generation, sealed, recovery) values ($1, $2, $3, $4)
     on conflict (account_id) do update
     set generation = excluded.generation, sealed = excluded.sealed, recovery = excluded.recovery`,
    run: (view, [id, generation, sealed, recovery]) => {
      const account_id = uuid(id);
      if (view.get('account', account_id) === undefined) throw new PostgresError(FOREIGN_KEY_VIOLATION);
      const row = {
        account_id,
        generation: bigint(generation),
        sealed: bytes(sealed),
        recovery: bytes(recovery),
      };
      return { rows: [], writes: [{ table: 'keyring', key: account_id, row }] };
    },
  },
  { text: 'select 1', run: () => ({ rows: [{ '?column?': 1 }] }) },
];
