/**
 * What a device that is in hands to one that is not yet, sealed under the secret of a pairing link (rule E6).
 *
 *   secret 16 ── mhb-pairing-token-v1 ──► token 32, shown to the service to be given the message
 *             └─ mhb-pairing-v1 ────────► seals the message, for this account and this mailbox alone
 *
 * The service has the hash of the token and the sealed message; neither says anything of the secret. Nothing it
 * could put in the message's place opens.
 */
import { assert, err, ok, type Result } from '@mhb/core-domain';
import { canonicalJson } from '@mhb/core-domain/sync';
import { AccountId, Cursor, MailboxId, parseApiKey } from '@mhb/core-domain/wire';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { deriveBytes } from './cipher.ts';
import { bytesOfId, ID_BYTES, sealingKeyOf } from './keys.ts';
import { checkedRandom, type RandomBytes } from './randomness.ts';
import { open, type Place, seal, type Sealed } from './seal.ts';

/** A mailbox and the secret that opens it: all of a pairing link but the address of the service. */
export interface PairingKey {
  readonly mailboxId: MailboxId;
  /** 16 random bytes. */
  readonly secret: Uint8Array;
}

/** Members of a later version are left out, so that an older app can still be let in. */
const PairingMessage = z.object({
  v: z.literal(1),
  account_id: AccountId,
  /** A fresh one, of the new device alone. */
  api_key: z.string().refine((text) => parseApiKey(text) !== undefined),
  /** 32 bytes as hex. */
  master_secret: z.string().regex(/^[0-9a-f]{64}$/),
  /** The greatest that the other device has seen; the new one takes no earlier keyring (rule E4). */
  keyring_generation: z.int().min(1),
  /** How far the other device has read, so that a service which serves an older state is noticed (rule E10). */
  cursor: Cursor.nullable(),
  /** What the other device knows the service to hold. */
  seen: z
    .object({ head: z.int().min(0), digest: z.string().regex(/^[0-9a-f]{64}$/) })
    .nullable()
    .default(null),
});
export type PairingMessage = z.infer<typeof PairingMessage>;

/** A newer app wrote it; or it is not what the device that made the link has left there. */
export type PairingNotOpened = { readonly type: 'UnknownFormat' } | { readonly type: 'PairingMessageWrong' };

export const newPairingKey = (accountId: AccountId, randomBytes: RandomBytes): PairingKey => {
  const random = checkedRandom(randomBytes);
  const mailbox = Buffer.from(random(ID_BYTES)).toString('hex');
  return { mailboxId: MailboxId.parse(`${accountId}${mailbox}`), secret: random(ID_BYTES) };
};

export const accountOfMailbox = (mailboxId: MailboxId): AccountId => AccountId.parse(mailboxId.slice(0, 32));

/** As the header carries it, 64 hex digits. */
export const mailboxTokenOf = ({ mailboxId, secret }: PairingKey): string => {
  assert(secret.length === ID_BYTES, 'a pairing secret has 16 bytes');
  const salt = bytesOfId(accountOfMailbox(mailboxId));
  return Buffer.from(deriveBytes(secret, { salt, purpose: 'mhb-pairing-token-v1' })).toString('hex');
};

/** All that the service keeps of a token. */
export const mailboxTokenHashOf = (key: PairingKey): string =>
  createHash('sha256').update(mailboxTokenOf(key), 'hex').digest('hex');

export const sealPairingMessage = (
  message: PairingMessage,
  key: PairingKey,
  randomBytes: RandomBytes,
): Sealed => {
  const accountId = accountOfMailbox(key.mailboxId);
  assert(message.account_id === accountId, 'a mailbox belongs to the account of its message');
  const sealingKey = sealingKeyOf(key.secret, accountId, 'mailbox');
  return seal(canonicalJson(message), sealingKey, placeOf(key.mailboxId), checkedRandom(randomBytes));
};

export const openPairingMessage = (
  sealed: Uint8Array,
  { mailboxId, secret }: PairingKey,
): Result<PairingMessage, PairingNotOpened> => {
  const accountId = accountOfMailbox(mailboxId);
  const opened = open(sealed, [sealingKeyOf(secret, accountId, 'mailbox')], placeOf(mailboxId));
  if (!opened.ok) {
    return err({ type: opened.error.type === 'UnknownFormat' ? 'UnknownFormat' : 'PairingMessageWrong' });
  }
  const read = PairingMessage.safeParse(opened.value);
  if (!read.success) return err({ type: 'UnknownFormat' });
  const isOfAccount =
    read.data.account_id === accountId && parseApiKey(read.data.api_key)?.accountId === accountId;
  return isOfAccount ? ok(read.data) : err({ type: 'PairingMessageWrong' });
};

const placeOf = (mailboxId: MailboxId): Place => ({
  kind: 'mailbox',
  account: bytesOfId(accountOfMailbox(mailboxId)),
  object: bytesOfId(mailboxId.slice(32)),
});
