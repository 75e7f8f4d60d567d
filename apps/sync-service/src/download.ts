/** Gives the next page of an account's records, out of one snapshot (rules D5, D6). */
import {
  type AccountId,
  Cursor,
  type DownloadAnswer,
  type DownloadRequest,
  limits,
  type StoredRecord,
} from '@mhb/core-domain/wire';
import { readAccount, type Standing, type StoredAccount } from './accounts-repository.ts';
import type { Caller } from './authenticate.ts';
import { GENESIS } from './chain.ts';
import { type CursorPlace, readCursor, writeCursor } from './cursor.ts';
import type { DatabaseDep, Transaction } from './database/database.ts';
import { readKeyringGeneration } from './keyring-repository.ts';
import { Refusal } from './problem.ts';
import { countAfter, countBatches, type PageRequest, readChainAt, readPage } from './records-repository.ts';
import { recordOf } from './upload.ts';

export const download = async (
  { database }: DatabaseDep,
  { accountId, standing }: Pick<Caller, 'accountId' | 'standing'>,
  request: DownloadRequest,
): Promise<DownloadAnswer> => {
  if (isUpToDate(standing, request)) return answerOf(standing, { records: [], remaining: 0 });
  return database.transaction('snapshot', async (tx) => {
    const account = await readAccount(tx, accountId);
    if (account === undefined) throw new Refusal('unauthorized');
    const after = await placeOf(tx, accountId, account, request.since);
    const keyringGeneration = await readKeyringGeneration(tx, accountId);
    const skipBatches = [...new Set(request.skip_batches)];
    // The device was told that these are stored. Where one is not, a backup has taken their place.
    if ((await countBatches(tx, accountId, skipBatches)) < skipBatches.length) {
      throw new Refusal('history_diverged');
    }
    const recordsMax = request.limit ?? limits.DOWNLOAD_RECORDS_MAX;
    const page = { accountId, after, recordsMax, bytesMax: limits.DOWNLOAD_BYTES_MAX, skipBatches };
    const rows = after === account.head ? [] : await readPage(tx, page);
    const records: StoredRecord[] = rows.map(recordOf);
    const last = records.at(-1);
    const remaining =
      last === undefined ? 0 : await countRemaining(tx, account, { ...page, after: BigInt(last.seq) });
    return answerOf({ ...account, keyringGeneration }, { records, remaining });
  });
};

/** Up to here it is exact; beyond, it is how many changes follow or the account holds, whichever is less. */
const COUNT_MAX = 2_000;

const countRemaining = async (
  tx: Transaction,
  { head, records }: StoredAccount,
  page: Pick<PageRequest, 'accountId' | 'after' | 'skipBatches'>,
): Promise<number> => {
  const counted = await countAfter(tx, { ...page, countMax: COUNT_MAX });
  return counted < COUNT_MAX ? counted : Math.max(counted, Math.min(Number(head - page.after), records));
};

/** Nothing new is the most frequent answer by far; what was read with the key is enough for it. */
const isUpToDate = (
  { epoch, head, chain }: Standing,
  { since, skip_batches = [] }: DownloadRequest,
): boolean => {
  const place = since === null || skip_batches.length > 0 ? undefined : readCursor(Cursor.parse(since));
  if (place?.epoch !== epoch) return false;
  return place.seq === head && place.head === head && place.chain.equals(chain);
};

const answerOf = (
  { epoch, head, chain, keyringGeneration }: Standing,
  { records, remaining }: { readonly records: StoredRecord[]; readonly remaining: number },
): DownloadAnswer => {
  const last = records.at(-1);
  const seq = remaining > 0 && last !== undefined ? BigInt(last.seq) : head;
  return {
    records,
    has_more: remaining > 0,
    remaining,
    next: writeCursor({ epoch, seq, head, chain }),
    head: Number(head),
    keyring_generation: keyringGeneration,
  };
};

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
