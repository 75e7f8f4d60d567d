/** Runs every check against one service, in order, and says of each whether the service keeps what it promises. */
import { KeyringAnswer, LimitsAnswer, parseApiKey } from '@mhb/core-domain/wire';
import { Broken, type Check, read, Skipped } from './check.ts';
import { accountChecks, deletionCheck } from './checks/account.ts';
import { downloadChecks } from './checks/download.ts';
import { errorChecks, lastChecks } from './checks/errors.ts';
import { keyChecks } from './checks/keys.ts';
import { serviceChecks } from './checks/service.ts';
import { uploadChecks } from './checks/upload.ts';
import { type Exchange, ServiceClient } from './service-client.ts';
import type { Visit } from './visit.ts';

export const allChecks: readonly Check[] = [
  ...[...serviceChecks, ...keyChecks, ...errorChecks, ...uploadChecks, ...downloadChecks, ...accountChecks],
  ...[deletionCheck, ...lastChecks],
];

export interface Result {
  readonly rule: string;
  readonly promise: string;
  readonly outcome: 'kept' | 'broken' | 'skipped';
  /** Why it is not kept, or why it was not looked at. */
  readonly words?: string;
}

export interface VisitOptions {
  readonly url: string;
  /** With both scopes, of an account that holds nothing. */
  readonly apiKey: string;
  readonly otherApiKey?: string | undefined;
  readonly mayDelete?: boolean;
  /** The account holds what an earlier run has left. */
  readonly again?: boolean;
  readonly onResult?: (result: Result) => void;
  readonly onExchange?: (exchange: Exchange) => void;
}

/** The visit can't begin: what was given is not what it needs. */
export class CannotVisit extends Error {
  override readonly name = 'CannotVisit';
}

export const runChecks = async (options: VisitOptions): Promise<readonly Result[]> => {
  const visit = await begin(options);
  const results: Result[] = [];
  for (const check of allChecks) {
    const result = await resultOf(check, visit);
    results.push(result);
    options.onResult?.(result);
  }
  visit.client.exchanges.forEach((exchange) => options.onExchange?.(exchange));
  return results;
};

const begin = async ({ url, apiKey, otherApiKey, ...options }: VisitOptions): Promise<Visit> => {
  const key = parseApiKey(apiKey);
  if (key === undefined) throw new CannotVisit('The API key is none, or has a typing error in it.');
  const client = new ServiceClient(url, apiKey);
  const other = otherApiKey === undefined ? undefined : client.as(otherApiKey);
  const accountId: string = key.accountId;
  if (options.again !== true) await refuseToSpoil(client);
  return { client, other, accountId, mayDelete: options.mayDelete ?? false };
};

/** The checks replace the keyring: on an account that somebody uses, nobody could open anything any more. */
const refuseToSpoil = async (client: ServiceClient): Promise<void> => {
  const held = await Promise.all([
    client.ask('GET', '/v1/sync/limits'),
    client.ask('GET', '/v1/keyring'),
  ]).catch(() => undefined);
  if (held === undefined) throw new CannotVisit('Nobody answers at this address.');
  try {
    const [limits, keyring] = [
      read(LimitsAnswer, held[0], 'GET /v1/sync/limits'),
      read(KeyringAnswer, held[1], 'GET /v1/keyring'),
    ];
    if (limits.records === 0 && keyring.generation === 0) return;
  } catch (error) {
    const words = error instanceof Broken ? error.message : 'it was answered with something else';
    throw new CannotVisit(`The account could not be looked at: ${words}.`);
  }
  throw new CannotVisit(
    'The account is in use. The checks write into it and replace its keys: take a fresh one, or add --again for one ' +
      'that an earlier run has left.',
  );
};

const resultOf = async ({ rule, promise, run }: Check, visit: Visit): Promise<Result> => {
  try {
    const outcome = await run(visit);
    if (outcome instanceof Skipped) return { rule, promise, outcome: 'skipped', words: outcome.words };
    return { rule, promise, outcome: 'kept' };
  } catch (error) {
    // Only our own words are known to quote nothing.
    const words = error instanceof Broken ? error.message : `it could not be looked at (${nameOf(error)})`;
    return { rule, promise, outcome: 'broken', words };
  }
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
