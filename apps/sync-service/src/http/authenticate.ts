/**
 * Whose request it is (rule D9). Every reason to say no looks the same from outside: a missing, mistyped, unknown,
 * wrong or revoked key gets the same answer after the same work.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type AccountId, type KeyId, parseApiKey, type Scope } from '@mhb/core-domain/wire';
import { findKey, markKeyUsed, type Standing } from '../accounts/accounts-repository.ts';
import type { FastifyRequest } from 'fastify';
import type { DatabaseDep } from '../database/database.ts';
import { Refusal } from './problem.ts';
import type { RateLimitsDep } from './rate-limits.ts';

export interface Caller {
  readonly accountId: AccountId;
  readonly keyId: KeyId;
  /** Read along with the key. */
  readonly standing: Standing;
}

/** Compared with where there is no key, so that the time taken does not tell. */
const NO_HASH = Buffer.alloc(32);

export type AuthenticateDeps = DatabaseDep & RateLimitsDep;

export const authenticate = async (
  { database, rates }: AuthenticateDeps,
  request: FastifyRequest,
  scope: Scope,
): Promise<Caller> => {
  const key = await findRightKey(database, request.headers.authorization);
  if (key === undefined) {
    await rates.countWrongKey(request);
    throw new Refusal('unauthorized');
  }
  const { accountId, keyId, stored, isUsedToday, standing } = key;
  await rates.countRequest(request, keyId);
  if (!stored.scopes.includes(scope)) throw new Refusal('forbidden');
  if (!isUsedToday) {
    await database.transaction('read committed', (tx) => markKeyUsed(tx, accountId, keyId));
  }
  return { accountId, keyId, standing };
};

const findRightKey = async (database: DatabaseDep['database'], authorization: string | undefined) => {
  const given = parseApiKey(/^Bearer (\S{1,500})$/.exec(authorization ?? '')?.[1] ?? '');
  if (given === undefined) return undefined;
  const { accountId, keyId, secret } = given;

  const found = await findKey(database, accountId, keyId);
  const isSecretRight = timingSafeEqual(hashSecret(secret), found?.stored.secret_hash ?? NO_HASH);
  if (found === undefined || !isSecretRight || found.stored.revoked_on !== null) return undefined;
  return { accountId, keyId, ...found };
};

/** 256 random bits need no slow hash. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret, 'hex').digest();
