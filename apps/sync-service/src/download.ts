/** Gives the next page of an account's records, out of one snapshot (rules D5, D6). */
import {
  type AccountId,
  Cursor,
  type DownloadAnswer,
  type DownloadRequest,
  limits,
  type StoredRecord,
} from '@mhb/core-domain/wire';
import { type StoredAccount, readAccount } from './accounts-repository.ts';
import { GENESIS } from './chain.ts';
import { type CursorPlace, readCursor, writeCursor } from './cursor.ts';
import type { DatabaseDep, Transaction } from './database/database.ts';
import { readKeyringGeneration } from './keyring-repository.ts';
import { Refusal } from './problem.ts';
import { countAfter, countBatches, readChainAt, readPage } from './records-repository.ts';
import { recordOf } from './upload.ts';

export const download = (
  { database }: DatabaseDep,
  accountId: AccountId,
  request: DownloadRequest,
): Promise<DownloadAnswer> =>
  database.transaction('snapshot', async (tx) => {
    const account = await readAccount(tx, accountId);
    if (account === undefined) throw new Refusal('unauthorized');
    const after = await placeOf(tx, accountId, account, request.since);
    const keyring_generation = await readKeyringGeneration(tx, accountId);
    const skipBatches = [...new Set(request.skip_batches)];
    // The device was told that these are stored. Where one is not, a backup has taken their place.
    if ((await countBatches(tx, accountId, skipBatches)) < skipBatches.length) {
      throw new Refusal('history_diverged');
    }
    const recordsMax = request.limit ?? limits.DOWNLOAD_RECORDS_MAX;
    // Nothing new is the most frequent question by far.
    const rows =
      after === account.head
        ? []
        : await readPage(tx, {
            accountId,
            after,
            recordsMax,
            bytesMax: limits.DOWNLOAD_BYTES_MAX,
            skipBatches,
          });
    const records: StoredRecord[] = rows.map(recordOf);
    const last = records.at(-1);
    const remaining =
      last === undefined ? 0 : await countAfter(tx, { accountId, after: BigInt(last.seq), skipBatches });
    const seq = remaining > 0 && last !== undefined ? BigInt(last.seq) : account.head;
    return {
      records,
      has_more: remaining > 0,
      remaining,
      next: writeCursor({ epoch: account.epoch, seq, head: account.head, chain: account.chain }),
      head: Number(account.head),
      keyring_generation,
    };
  });

/** The seq a cursor stands for, where its history is this one. */
const placeOf = async (
  tx: Transaction,
  accountId: AccountId,
  account: StoredAccount,
  since: DownloadRequest['since'],
): Promise<bigint> => {
  if (since === null) return 0n;
  const place = readCursor(Cursor.parse(since));
  if (place === undefined) throw new Refusal('invalid_request', ['since']);
  if (place.epoch !== account.epoch) throw new Refusal('epoch_changed');
  if (place.head > account.head) throw new Refusal('server_behind');
  const chain = await chainAt(tx, accountId, account, place);
  if (chain?.equals(place.chain) !== true) throw new Refusal('history_diverged');
  return place.seq;
};

const chainAt = (
  tx: Transaction,
  accountId: AccountId,
  account: StoredAccount,
  { head }: CursorPlace,
): Promise<Buffer | undefined> => {
  if (head === account.head) return Promise.resolve(account.chain);
  if (head === 0n) return Promise.resolve(GENESIS);
  return readChainAt(tx, accountId, head);
};
