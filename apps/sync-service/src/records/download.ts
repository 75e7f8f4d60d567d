/** Gives the next page of an account's records, out of one snapshot (rules D5, D6). */
import {
  Cursor,
  type DownloadAnswer,
  type DownloadRequest,
  limits,
  type StoredRecord,
} from '@mhb/core-domain/wire';
import { readAccount, type Standing, type StoredAccount } from '../accounts/accounts-repository.ts';
import type { Caller } from '../http/authenticate.ts';
import { GENESIS } from './chain.ts';
import { type CursorPlace, readCursor, writeCursor } from './cursor.ts';
import type { DatabaseDep, Transaction } from '../database/database.ts';
import { readKeyringGeneration } from '../accounts/keyring-repository.ts';
import { Refusal } from '../http/problem.ts';
import { countBatches, readChainAt } from './batches-repository.ts';
import { countAfter, type PageRequest, readPage, type StoredRow } from './records-repository.ts';
import { recordOf } from './upload.ts';

export const download = async (
  { database }: DatabaseDep,
  { accountId, standing }: Pick<Caller, 'accountId' | 'standing'>,
  request: DownloadRequest,
): Promise<DownloadAnswer> => {
  if (isUpToDate(standing, request)) return answerOf(standing, { records: [], remaining: 0 });
  const place = placeIn(request.since);
  const skipBatches = [...new Set(request.skip_batches)];
  const page = {
    accountId,
    after: place?.seq ?? 0n,
    recordsMax: request.limit ?? limits.DOWNLOAD_RECORDS_MAX,
    bytesMax: limits.DOWNLOAD_BYTES_MAX,
    skipBatches,
  };
  return database.transaction('snapshot', async (tx) => {
    // Sent together: in one snapshot nothing depends on what is read first, and a page of another history is not given.
    const [account, chain, keyringGeneration, batches, rows] = await Promise.all([
      readAccount(tx, accountId),
      place === undefined || place.head === 0n ? GENESIS : readChainAt(tx, accountId, place.head),
      readKeyringGeneration(tx, accountId),
      countBatches(tx, accountId, skipBatches),
      readPage(tx, page),
    ]);
    if (account === undefined) throw new Refusal('unauthorized');
    if (place !== undefined) checkHistory(account, place, chain);
    // The device was told that these are stored. Where one is not, a backup has taken their place.
    if (batches < skipBatches.length) throw new Refusal('history_diverged');
    const remaining = isLastPage(rows, page) ? 0 : await countRemaining(tx, account, page, rows);
    return answerOf({ ...account, keyringGeneration }, { records: rows.map(recordOf), remaining });
  });
};

/** Whether any record that follows would have found room in the page. */
const isLastPage = (
  rows: readonly StoredRow[],
  { recordsMax, bytesMax }: Pick<PageRequest, 'recordsMax' | 'bytesMax'>,
): boolean => {
  const bytes = rows.reduce((sum, { sealed }) => sum + sealed.length, 0);
  return rows.length < recordsMax && bytes + limits.SEALED_BYTES_MAX <= bytesMax;
};

/** Up to here it is exact; beyond, it is how many changes follow or the account holds, whichever is less. */
const COUNT_MAX = 2_000;

const countRemaining = async (
  tx: Transaction,
  { head, records }: StoredAccount,
  page: Pick<PageRequest, 'accountId' | 'after' | 'skipBatches'>,
  rows: readonly StoredRow[],
): Promise<number> => {
  const after = BigInt(rows.at(-1)?.seq ?? page.after);
  const counted = await countAfter(tx, { ...page, after, countMax: COUNT_MAX });
  return counted < COUNT_MAX ? counted : Math.max(counted, Math.min(Number(head - after), records));
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

/** `undefined` for the beginning. */
const placeIn = (since: DownloadRequest['since']): CursorPlace | undefined => {
  if (since === null) return undefined;
  const place = readCursor(Cursor.parse(since));
  if (place === undefined) throw new Refusal('invalid_request', ['since']);
  return place;
};

/** Refuses a cursor whose history is not this one; `chain` is what is stored for its head. */
const checkHistory = (account: StoredAccount, place: CursorPlace, chain: Buffer | undefined): void => {
  if (place.epoch !== account.epoch) throw new Refusal('epoch_changed');
  if (place.head > account.head) throw new Refusal('server_behind');
  const present = place.head === account.head ? account.chain : chain;
  if (present?.equals(place.chain) !== true) throw new Refusal('history_diverged');
};
