/** `mhb-sync accounts …` and `mhb-sync keys …`: what an operator does, beside a running service or without one. */
import type { Command } from 'commander';
import { AccountId, ApiKeyRequest, KeyId, limits } from '@mhb/core-domain/wire';
import { createAccount } from './accounts.ts';
import { answer, DATA_DIR, type Place } from '../command-line.ts';
import { readCount } from '../config.ts';
import { StartProblem } from '../failures.ts';
import { deleteAnyAccount, giveQuota, listAccounts, makeKey, revokeAnyKey, showAccount } from './operate.ts';

export const addAccountCommands = (program: Command): void => {
  const accounts = program.command('accounts').description('manage the accounts of this service');
  accounts
    .command('create')
    .description('make an account and print its first API key, which is shown only once')
    .option(...DATA_DIR)
    .action((place: Place) =>
      answer(place, async (deps) => {
        const { accountId, apiKey } = await createAccount(deps);
        return { account_id: accountId, api_key: apiKey };
      }),
    );
  accounts
    .command('list')
    .description('print every account: how much it holds, and when a device of it was last seen')
    .option(...DATA_DIR)
    .action((place: Place) => answer(place, listAccounts));
  accounts
    .command('show <account>')
    .description('print one account and its keys')
    .option(...DATA_DIR)
    .action((account: string, place: Place) => {
      const accountId = readAccountId(account);
      return answer(place, (deps) => showAccount(deps, accountId));
    });
  accounts
    .command('quota <account>')
    .description('let an account hold more or less than the others; what it holds already stays')
    .option('--records <number>', 'how many records it may hold; default for what everybody may')
    .option('--bytes <number>', 'how many sealed bytes it may hold; default for what everybody may')
    .option(...DATA_DIR)
    .action((account: string, given: Place & { records?: string; bytes?: string }) => {
      const accountId = readAccountId(account);
      if (given.records === undefined && given.bytes === undefined)
        throw new StartProblem('Say what it may hold, with --records, --bytes or both.');
      const quota = {
        records_max: readQuotaOption('--records', given.records),
        bytes_max: readQuotaOption('--bytes', given.bytes),
      };
      return answer(given, (deps) => giveQuota(deps, accountId, quota));
    });
  accounts
    .command('delete <account>')
    .description('delete everything the service holds of an account; what its devices hold stays there')
    .requiredOption('--confirm <account>', 'the same id once more: nobody can undo this')
    .option(...DATA_DIR)
    .action((account: string, given: Place & { confirm: string }) => {
      const accountId = readAccountId(account);
      if (given.confirm !== account)
        throw new StartProblem('Nothing was deleted: --confirm names another account.');
      return answer(given, async (deps) => ({ deleted_records: await deleteAnyAccount(deps, accountId) }));
    });
};

export const addKeyCommands = (program: Command): void => {
  const keys = program.command('keys').description('manage the API keys of an account');
  keys
    .command('list <account>')
    .description('print the keys of an account, revoked ones too; no key can be printed a second time')
    .option(...DATA_DIR)
    .action((account: string, place: Place) => {
      const accountId = readAccountId(account);
      return answer(place, async (deps) => (await showAccount(deps, accountId)).keys);
    });
  keys
    .command('create <account>')
    .description('make one more key for somebody who has none left, and print it once')
    .option('--label <text>', 'what it is called in the list', 'made by the operator')
    .option('--scopes <names>', 'sync, account or both, with a comma between them', 'sync,account')
    .option(...DATA_DIR)
    .action((account: string, given: Place & { label: string; scopes: string }) => {
      const accountId = readAccountId(account);
      const asked = readKeyRequest(given);
      return answer(given, async (deps) => {
        const { keyId, apiKey } = await makeKey(deps, accountId, asked);
        return { key_id: keyId, api_key: apiKey };
      });
    });
  keys
    .command('revoke <key>')
    .description('take a key back, by its id; an open stream of it ends within a minute')
    .option(...DATA_DIR)
    .action((key: string, place: Place) => {
      const { accountId, keyId } = readKeyId(key);
      return answer(place, async (deps) => {
        await revokeAnyKey(deps, accountId, keyId);
        return { key_id: keyId };
      });
    });
};

const readAccountId = (text: string): AccountId => {
  const id = AccountId.safeParse(text);
  if (!id.success)
    throw new StartProblem(
      'An account is named by 32 digits and letters from a to f, as accounts list shows it.',
    );
  return id.data;
};

/** It begins with the id of its account. */
const readKeyId = (text: string): { readonly accountId: AccountId; readonly keyId: KeyId } => {
  const id = KeyId.safeParse(text);
  if (!id.success)
    throw new StartProblem(
      'A key is named by the 48 digits and letters that keys list shows, and not by the key itself.',
    );
  return { accountId: readAccountId(text.slice(0, 32)), keyId: id.data };
};

const readKeyRequest = ({ label, scopes }: { readonly label: string; readonly scopes: string }) => {
  const request = ApiKeyRequest.safeParse({ label, scopes: scopes.split(',') });
  if (!request.success)
    throw new StartProblem(
      `--label must be one line of 1 to ${String(limits.LABEL_CHARACTERS_MAX)} characters, --scopes sync, account or both.`,
    );
  return { label: request.data.label, scopes: [...new Set(request.data.scopes)] };
};

/** Null for what everybody may. */
const readQuotaOption = (name: string, text: string | undefined): number | null | undefined => {
  if (text === undefined) return undefined;
  return text === 'default' ? null : readCount(name, text);
};
