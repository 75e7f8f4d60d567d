/**
 * Takes a batch of changes: each one where it was built on the record's present version (rules D2, D3, D4). One
 * transaction; the statements and their order are the rule.
 */
import { hash } from 'node:crypto';
import {
  type AccountId,
  type ChangeCode,
  changeCodes,
  type KeyId,
  limits,
  type StoredRecord,
  type UploadAnswer,
  type UploadRequest,
  WireId,
} from '@mhb/core-domain/wire';
import { lockAccount } from '../accounts/accounts-repository.ts';
import { nextChain } from './chain.ts';
import type { DatabaseDep, Transaction } from '../database/database.ts';
import { Refusal } from '../http/problem.ts';
import { type Growth, isBeyond, type Quota } from './quota.ts';
import { readKeyAndBatch, storeBatch } from './batches-repository.ts';
import {
  type AcceptedRecord,
  type PresentVersion,
  readRecords,
  readVersions,
  storeRecords,
  type StoredRow,
} from './records-repository.ts';

export interface QuotaDep {
  /** How much an account may hold that was given nothing of its own. */
  readonly quota: Quota;
}

export interface UploadingKey {
  readonly accountId: AccountId;
  readonly keyId: KeyId;
}

export const upload = async (
  { database, quota }: DatabaseDep & QuotaDep,
  key: UploadingKey,
  request: UploadRequest,
): Promise<UploadAnswer> => {
  const { changes, bytes } = layOut(request);
  const requestHash = hash('sha256', bytes, 'buffer');

  return database.transaction('read committed', async (tx) => {
    // Sent together, run in this order: whatever is read, is read behind the lock.
    const [account, known, present] = await Promise.all([
      lockAccount(tx, key.accountId),
      readKeyAndBatch(tx, { ...key, batchId: request.batch_id }),
      readVersions(
        tx,
        key.accountId,
        changes.map(({ id }) => id),
      ),
    ]);
    if (account === undefined || !known.isKeyValid) throw new Refusal('unauthorized');
    if (known.batch !== undefined) {
      if (!known.batch.requestHash.equals(requestHash)) throw new Refusal('batch_id_reused');
      return answerOf(tx, key.accountId, { changes, outcome: known.batch.outcome, head: account.head });
    }

    const { accepted, outcome } = judge(changes, present, account.head);
    const growth = growthOf(accepted, present);
    // The batch is not remembered, so once there is room it can be sent again as it is.
    if (isBeyond(account, growth, quota)) throw new Refusal('quota_exceeded');
    const first = account.head + 1n;
    const last = account.head + BigInt(accepted.length);
    const { batch_id: batchId } = request;
    // What was not taken needs no way to the database.
    const within = accepted.length === changes.length ? bytes : undefined;
    if (accepted.length > 0) storeRecords(tx, key.accountId, { first, records: accepted, within });
    const chained =
      accepted.length === 0
        ? undefined
        : { first, last, chain: nextChain(account.chain, { batchId, first, last, records: accepted }) };
    storeBatch(tx, key.accountId, { batchId, requestHash, outcome, chained, growth });
    return answerOf(tx, key.accountId, { changes, outcome, head: last });
  });
};

interface ReadChange extends AcceptedRecord {
  readonly id: WireId;
  readonly base: bigint;
  readonly baseHash: string | undefined;
}

/** Which changes are taken, and what is said of each. */
const judge = (
  changes: readonly ReadChange[],
  present: ReadonlyMap<string, PresentVersion>,
  head: bigint,
): { readonly accepted: readonly ReadChange[]; readonly outcome: readonly bigint[] } => {
  const accepted: ReadChange[] = [];
  const seen = new Set<string>();
  const outcome = changes.map((change) => {
    const code = rejectionOf(change, seen);
    seen.add(change.id);
    if (code !== undefined) return -BigInt(changeCodes.indexOf(code) + 1);
    if (!isBuiltOn(change, present.get(change.id))) return 0n;
    accepted.push(change);
    return head + BigInt(accepted.length);
  });
  return { accepted, outcome };
};

/** A seq has named two versions where the service went back to a backup, so its hash is compared where it is given. */
const isBuiltOn = ({ base, baseHash }: ReadChange, present: PresentVersion | undefined): boolean =>
  base === (present?.seq ?? 0n) && (baseHash === undefined || baseHash === present?.hash);

const growthOf = (accepted: readonly ReadChange[], present: ReadonlyMap<string, PresentVersion>): Growth => ({
  records: accepted.filter(({ id }) => !present.has(id)).length,
  bytes: accepted.reduce((sum, { id, sealed }) => sum + sealed.length - (present.get(id)?.bytes ?? 0), 0),
});

const rejectionOf = ({ id, sealed }: ReadChange, seen: ReadonlySet<string>): ChangeCode | undefined => {
  if (seen.has(id)) return 'repeated_id';
  if (sealed.length > limits.SEALED_BYTES_MAX) return 'sealed_too_large';
  if (sealed.length < limits.SEALED_BYTES_MIN) return 'sealed_too_small';
  return sealed[0] === 1 && sealed[1] === 1 ? undefined : 'unknown_format';
};

/**
 * Made from the outcome, so that a repeated batch is answered alike. A conflict comes with the present envelope, as
 * long as the answer stays as small as a page; one that finds no room is met again when the device sends it again.
 */
const answerOf = async (
  tx: Transaction,
  accountId: AccountId,
  batch: {
    readonly changes: readonly ReadChange[];
    readonly outcome: readonly bigint[];
    readonly head: bigint;
  },
): Promise<UploadAnswer> => {
  const results = batch.changes.map(({ id }, index) => ({ id, outcome: batch.outcome[index] ?? 0n }));
  const conflicting = results.filter(({ outcome }) => outcome === 0n).map(({ id }) => id);
  const rows =
    conflicting.length === 0
      ? []
      : await readRecords(tx, accountId, { ids: conflicting, bytesMax: limits.DOWNLOAD_BYTES_MAX });
  const present = new Set(rows.map(({ record_id }) => record_id.replaceAll('-', '')));
  // A base for a record that is not here: this history is not the one the device knows.
  if (conflicting.some((id) => !present.has(id))) throw new Refusal('history_diverged');
  return {
    applied: results
      .filter(({ outcome }) => outcome > 0n)
      .map(({ id, outcome }) => ({ id, seq: Number(outcome) })),
    conflicts: rows.flatMap(({ sealed, ...row }) => (sealed === null ? [] : [recordOf({ ...row, sealed })])),
    rejected: results
      .filter(({ outcome }) => outcome < 0n)
      .map(({ id, outcome }) => ({ id, code: changeCodes[Number(-outcome) - 1] ?? 'unknown_format' })),
    head: Number(batch.head),
  };
};

export const recordOf = ({ record_id, seq, sealed }: StoredRow): StoredRecord => ({
  id: WireId.parse(record_id.replaceAll('-', '')),
  seq: Number(seq),
  sealed: sealed.toString('base64'),
});

/**
 * A request as bytes: device id | id | "base:length:" | sealed | id … Its hash is over these and not over the text, so
 * that spaces in the JSON make no other batch of it. `base_hash` is not among them: a device leaves it out where the
 * instance that takes its next attempt is of an earlier version, and the batch is the same one. Each envelope is decoded
 * into its place here and copied no more.
 */
const layOut = ({
  device_id,
  changes,
}: UploadRequest): { readonly changes: readonly ReadChange[]; readonly bytes: Buffer } => {
  const heads = changes.map(({ base, sealed }) => `${String(base)}:${String(bytesOf(sealed))}:`);
  const sealedBytes = changes.reduce((sum, { sealed }) => sum + bytesOf(sealed), 0);
  const headBytes = heads.reduce((sum, head) => sum + ID_BYTES + head.length, 0);
  const bytes = Buffer.alloc(DEVICE_ID_BYTES + headBytes + sealedBytes);
  let end = bytes.write(device_id, 'hex');
  const laidOut = changes.map(({ id, base, base_hash, sealed }, index) => {
    end += bytes.write(id, end, 'hex');
    end += bytes.write(heads[index] ?? '', end, 'latin1');
    const start = end;
    end += bytes.write(sealed, end, 'base64');
    return { id, base: BigInt(base), baseHash: base_hash, sealed: bytes.subarray(start, end) };
  });
  return { changes: laidOut, bytes };
};

const bytesOf = (base64: string): number => Buffer.byteLength(base64, 'base64');
const DEVICE_ID_BYTES = 8;
const ID_BYTES = 16;
