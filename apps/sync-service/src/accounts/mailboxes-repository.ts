/** Mailboxes: sealed messages that wait to be read once (rule E6). The database's clock says which have expired. */
import { type AccountId, limits } from '@mhb/core-domain/wire';
import type { Transaction } from '../database/database.ts';

/** A mailbox as one account knows it; both are 32 hex digits. */
export interface MailboxPlace {
  readonly accountId: AccountId;
  readonly mailboxId: string;
}

export const deleteExpiredMailboxes = async (tx: Transaction, accountId: AccountId): Promise<void> => {
  await tx.query('delete from mailbox where account_id = $1 and expires_at <= now()', [accountId]);
};

export const deleteMailboxes = async (tx: Transaction, accountId: AccountId): Promise<void> => {
  await tx.query('delete from mailbox where account_id = $1', [accountId]);
};

export const countMailboxes = async (tx: Transaction, accountId: AccountId): Promise<number> => {
  const [row] = await tx.query<{ count: string }>('select count(*) from mailbox where account_id = $1', [
    accountId,
  ]);
  return Number(row?.count ?? 0);
};

/** False where there is one of this name, which stays as it is. */
export const insertMailbox = async (
  tx: Transaction,
  { accountId, mailboxId }: MailboxPlace,
  message: { readonly tokenHash: Buffer; readonly sealed: Buffer },
): Promise<boolean> => {
  const inserted = await tx.query(
    `insert into mailbox (account_id, mailbox_id, token_hash, sealed, tries_left, expires_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
     on conflict do nothing
     returning mailbox_id`,
    [accountId, mailboxId, message.tokenHash, message.sealed, limits.MAILBOX_TRIES, limits.MAILBOX_SECONDS],
  );
  return inserted.length > 0;
};

export interface WaitingMessage {
  readonly token_hash: Buffer;
  readonly sealed: Buffer;
}

/** Holds the row until the end of the transaction, so that of two readers one gets it. */
export const lockMailbox = async (
  tx: Transaction,
  { accountId, mailboxId }: MailboxPlace,
): Promise<WaitingMessage | undefined> => {
  const [row] = await tx.query<WaitingMessage>(
    `select token_hash, sealed from mailbox
     where account_id = $1 and mailbox_id = $2 and expires_at > now()
     for update`,
    [accountId, mailboxId],
  );
  return row;
};

/** After a right token or the last try there is nothing left. The same two statements, whatever is there. */
export const useUpMailbox = async (
  tx: Transaction,
  { accountId, mailboxId }: MailboxPlace,
  isRead: boolean,
): Promise<void> => {
  await tx.query(
    'delete from mailbox where account_id = $1 and mailbox_id = $2 and ($3 or tries_left <= 1)',
    [accountId, mailboxId, isRead],
  );
  await tx.query('update mailbox set tries_left = tries_left - 1 where account_id = $1 and mailbox_id = $2', [
    accountId,
    mailboxId,
  ]);
};
