/**
 * How a device that is in hands something to one that is not yet: a mailbox that is read once (rule E6). Whoever
 * has no right token learns nothing, not even whether there is a mailbox.
 */
import {
  AccountId,
  limits,
  MAILBOX_TOKEN_HEADER,
  MailboxAnswer,
  MailboxId,
  MailboxRequest,
  MailboxStored,
} from '@mhb/core-domain/wire';
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { isKeyLiving, lockAccount } from '../accounts/accounts-repository.ts';
import { authenticate, type AuthenticateDeps } from '../http/authenticate.ts';
import type { DatabaseDep } from '../database/database.ts';
import {
  countMailboxes,
  deleteExpiredMailboxes,
  insertMailbox,
  lockMailbox,
  type MailboxPlace,
  useUpMailbox,
} from '../accounts/mailboxes-repository.ts';
import { Refusal } from '../http/problem.ts';
import type { App } from './route.ts';

/** The log has this pattern and never the address. */
const PATH = '/v1/pairing/:mailbox';

/** Any text: one that is no mailbox's is answered like one that has expired. */
const Address = z.object({
  mailbox: z.string().describe('The account and 16 random bytes, 64 hex digits.'),
});

/** Compared with where there is no mailbox, so that the time taken does not tell. */
const NO_HASH = Buffer.alloc(32);

export const pairingRoutes = (app: App, deps: AuthenticateDeps): void => {
  app.put(
    PATH,
    {
      config: { refusals: ['not_found', 'too_many_mailboxes'] },
      schema: { params: Address, body: MailboxRequest, response: { 200: MailboxStored } },
    },
    async (request) => {
      const { accountId, keyId } = await authenticate(deps, request, 'account');
      const place = placeOf(request.params.mailbox);
      if (place?.accountId !== accountId) throw new Refusal('not_found');
      const { token_hash, sealed } = request.body;
      await deps.database.transaction('read committed', async (tx) => {
        await lockAccount(tx, accountId);
        if (!(await isKeyLiving(tx, accountId, keyId))) throw new Refusal('unauthorized');
        await deleteExpiredMailboxes(tx, accountId);
        if ((await countMailboxes(tx, accountId)) >= limits.MAILBOXES_MAX) {
          throw new Refusal('too_many_mailboxes');
        }
        const isNew = await insertMailbox(tx, place, {
          tokenHash: Buffer.from(token_hash, 'hex'),
          sealed: Buffer.from(sealed, 'base64'),
        });
        if (!isNew) throw new Refusal('invalid_request', ['mailbox']);
      });
      return { expires_in_seconds: limits.MAILBOX_SECONDS };
    },
  );

  app.get(
    PATH,
    // Asking for the headers alone would use the message up.
    {
      exposeHeadRoute: false,
      config: { refusals: ['not_found'] },
      schema: { params: Address, response: { 200: MailboxAnswer } },
    },
    async (request) => {
      const place = placeOf(request.params.mailbox);
      const token = hashOf(request.headers[MAILBOX_TOKEN_HEADER]);
      const sealed = place === undefined ? undefined : await readOnce(deps, place, token);
      if (sealed === undefined) {
        await deps.rates.countWrongKey(request);
        throw new Refusal('not_found');
      }
      return { sealed: sealed.toString('base64') };
    },
  );
};

/** Reading and removing are one transaction: where the answer is lost, the message is too, and a new link is made. */
const readOnce = (
  { database }: DatabaseDep,
  place: MailboxPlace,
  tokenHash: Buffer,
): Promise<Buffer | undefined> =>
  database.transaction('read committed', async (tx) => {
    const waiting = await lockMailbox(tx, place);
    const isRight = timingSafeEqual(tokenHash, waiting?.token_hash ?? NO_HASH);
    await useUpMailbox(tx, place, isRight);
    return isRight ? waiting?.sealed : undefined;
  });

/** `undefined` for an address that no device makes. */
const placeOf = (text: string): MailboxPlace | undefined => {
  const id = MailboxId.safeParse(text);
  if (!id.success) return undefined;
  return { accountId: AccountId.parse(id.data.slice(0, 32)), mailboxId: id.data.slice(32) };
};

/** A token that is missing or malformed is a wrong one. 256 random bits need no slow hash. */
const hashOf = (token: string | readonly string[] | undefined): Buffer =>
  createHash('sha256')
    .update(typeof token === 'string' && /^[0-9a-f]{64}$/.test(token) ? token : '', 'hex')
    .digest();
