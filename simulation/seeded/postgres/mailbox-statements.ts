/** The statements of mailboxes-repository.ts. `now()` is the moment of the world. */
import {
  bigint,
  bytes,
  FOREIGN_KEY_VIOLATION,
  PostgresError,
  type Statement,
  text,
  uuid,
} from './statement.ts';
import { keyOf, type MailboxRow, type View, type Write } from './tables.ts';

const of = (view: View, account_id: string): readonly MailboxRow[] =>
  view.rows('mailbox').filter((row) => row.account_id === account_id);

const keyTo = ({ account_id, mailbox_id }: Pick<MailboxRow, 'account_id' | 'mailbox_id'>): string =>
  keyOf(account_id, mailbox_id);

const deletionOf = (row: MailboxRow): Write => ({ table: 'mailbox', key: keyTo(row), row: undefined });

export const mailboxStatements: readonly Statement[] = [
  {
    text: 'delete from mailbox where account_id = $1 and expires_at <= now()',
    run: (view, [id], { nowMs }) => ({
      rows: [],
      writes: of(view, uuid(id))
        .filter(({ expires_at_ms }) => expires_at_ms <= nowMs)
        .map(deletionOf),
    }),
  },
  {
    text: 'delete from mailbox where account_id = $1',
    run: (view, [id]) => ({ rows: [], writes: of(view, uuid(id)).map(deletionOf) }),
  },
  {
    text: 'select count(*) from mailbox where account_id = $1',
    run: (view, [id]) => ({ rows: [{ count: String(of(view, uuid(id)).length) }] }),
  },
  {
    text: `insert into mailbox (account_id, mailbox_id, token_hash, sealed, tries_left, expires_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
     on conflict do nothing
     returning mailbox_id`,
    run: (view, [id, mailbox, hash, sealed, tries, seconds], { nowMs }) => {
      const account_id = uuid(id);
      const mailbox_id = uuid(mailbox);
      const key = keyOf(account_id, mailbox_id);
      if (view.get('account', account_id) === undefined) throw new PostgresError(FOREIGN_KEY_VIOLATION);
      if (view.get('mailbox', key) !== undefined) return { rows: [] };
      const row: MailboxRow = {
        account_id,
        mailbox_id,
        token_hash: bytes(hash),
        sealed: bytes(sealed),
        tries_left: bigint(tries),
        expires_at_ms: nowMs + Number(text(seconds)) * 1_000,
      };
      return { rows: [{ mailbox_id }], writes: [{ table: 'mailbox', key, row }] };
    },
  },
  {
    text: `select token_hash, sealed from mailbox
     where account_id = $1 and mailbox_id = $2 and expires_at > now()
     for update`,
    run: (view, [id, mailbox], { nowMs }) => {
      const key = keyOf(uuid(id), uuid(mailbox));
      const row = view.get('mailbox', key);
      if (row === undefined || row.expires_at_ms <= nowMs) return { rows: [] };
      return { rows: [{ token_hash: row.token_hash, sealed: row.sealed }], locks: [`mailbox ${key}`] };
    },
  },
  {
    text: 'delete from mailbox where account_id = $1 and mailbox_id = $2 and ($3 or tries_left <= 1)',
    run: (view, [id, mailbox, isRead]) => {
      const row = view.get('mailbox', keyOf(uuid(id), uuid(mailbox)));
      const isOver = row !== undefined && (isRead === true || row.tries_left <= 1n);
      return { rows: [], writes: isOver ? [deletionOf(row)] : [] };
    },
  },
  {
    text: 'update mailbox set tries_left = tries_left - 1 where account_id = $1 and mailbox_id = $2',
    run: (view, [id, mailbox]) => {
      const key = keyOf(uuid(id), uuid(mailbox));
      const row = view.get('mailbox', key);
      if (row === undefined) return { rows: [] };
      return {
        rows: [],
        writes: [{ table: 'mailbox', key, row: { ...row, tries_left: row.tries_left - 1n } }],
      };
    },
  },
];
