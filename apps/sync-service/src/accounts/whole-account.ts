/** The account as a whole: everything there is of it, in lines, and the end of it all (rule D8). */
import { type AccountExportLine, type AccountId, type KeyId, limits } from '@mhb/core-domain/wire';
import { isKeyLiving, listKeys, lockAccount, readAccount } from './accounts-repository.ts';
import type { DatabaseDep, Transaction } from '../database/database.ts';
import { listDevices } from './devices-repository.ts';
import { readKeyring } from './keyring-repository.ts';
import { Refusal } from '../http/problem.ts';
import { readPage } from '../records/records-repository.ts';
import { recordOf } from '../records/upload.ts';

interface Asking {
  readonly accountId: AccountId;
  readonly keyId: KeyId;
}

/**
 * Every line as it is asked for. Each page is a transaction of its own, so a slow reader holds none open. What is
 * changed meanwhile comes again, under its later seq; where the account is deleted meanwhile there is no last line.
 */
export async function* exportLines(
  { database }: DatabaseDep,
  asking: Asking,
): AsyncGenerator<AccountExportLine> {
  yield await database.transaction('snapshot', (tx) => accountLine(tx, asking));
  let after = 0n;
  let records = 0;
  for (;;) {
    const { rows, head } = await database.transaction('snapshot', (tx) =>
      pageAfter(tx, asking.accountId, after),
    );
    if (rows.length === 0) {
      yield { line: 'end', head: Number(head), records };
      return;
    }
    for (const row of rows) yield { line: 'record', ...recordOf(row) };
    records += rows.length;
    after = BigInt(rows.at(-1)?.seq ?? 0);
  }
}

const accountLine = async (tx: Transaction, { accountId, keyId }: Asking): Promise<AccountExportLine> => {
  const keyring = await readKeyring(tx, accountId);
  const devices = await listDevices(tx, { accountId, keyId });
  const keys = await listKeys(tx, accountId);
  return {
    line: 'account',
    account_id: accountId,
    keyring: {
      generation: keyring?.generation ?? 0,
      sealed: keyring?.sealed.toString('base64') ?? null,
      recovery: keyring?.recovery.toString('base64') ?? null,
    },
    devices: devices.map(({ name, manifest, ...device }) => ({
      ...device,
      name: name?.toString('base64') ?? null,
      manifest: manifest?.toString('base64') ?? null,
    })),
    api_keys: keys.map(({ secret_hash: _, ...key }) => ({ ...key, is_this: key.key_id === keyId })),
  };
};

const pageAfter = async (tx: Transaction, accountId: AccountId, after: bigint) => {
  const account = await readAccount(tx, accountId);
  if (account === undefined) throw new Refusal('unauthorized');
  const page = { accountId, after, skipBatches: [] };
  const size = { recordsMax: limits.DOWNLOAD_RECORDS_MAX, bytesMax: limits.DOWNLOAD_BYTES_MAX };
  return { rows: await readPage(tx, { ...page, ...size }), head: account.head };
};

/** Those that name an account; what they hold of it goes in this order, and the account last. */
const TABLES = ['record', 'batch', 'keyring', 'mailbox', 'device', 'api_key', 'account'] as const;

/**
 * Everything at once, in one transaction. Under the account's lock an upload has been stored before, and goes along,
 * or it finds no account after.
 */
export const deleteAccount = ({ database }: DatabaseDep, { accountId, keyId }: Asking): Promise<number> =>
  database.transaction('read committed', async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account === undefined || !(await isKeyLiving(tx, accountId, keyId)))
      throw new Refusal('unauthorized');
    removeAccount(tx, accountId);
    return account.records;
  });

/** Under the account's lock. */
export const removeAccount = (tx: Transaction, accountId: AccountId): void => {
  // A table's name can't be a parameter; these are ours.
  for (const table of TABLES) tx.send(`delete from ${table} where account_id = $1`, [accountId]);
};
