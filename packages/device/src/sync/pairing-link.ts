/**
 * The link that lets a device in (rule E6):
 *
 *   https://sync.example.org/prefix/pair#<mailbox 64 hex>.<secret 32 hex>
 *
 * What stands behind # never leaves the browser or app that opens a link, so no server sees it.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import { MailboxId } from '@mhb/core-domain/wire';
import type { PairingKey } from '../vault/pairing.ts';
import { readServiceUrl } from './service-url.ts';

export interface PairingLink extends PairingKey {
  /** Of the service. */
  readonly url: string;
}

export type UnusableLink =
  | { readonly type: 'InvalidPairingLink'; readonly fields: readonly ['pairing_link'] }
  | { readonly type: 'InsecureUrl'; readonly fields: readonly ['pairing_link'] };

export const formatPairingLink = ({ url, mailboxId, secret }: PairingLink): string =>
  `${url}/pair#${mailboxId}.${Buffer.from(secret).toString('hex')}`;

const LINK = /^(?<address>[^#]+)\/pair\/?#(?<mailbox>[0-9a-f]{64})\.(?<secret>[0-9a-f]{32})$/;

/** What a person pasted or a camera read, with any white space around it. */
export const readPairingLink = (text: string): Result<PairingLink, UnusableLink> => {
  const { address, mailbox, secret } = LINK.exec(text.trim())?.groups ?? {};
  const url = readServiceUrl(address ?? '');
  if (url.ok && mailbox !== undefined && secret !== undefined) {
    return ok({ url: url.value, mailboxId: MailboxId.parse(mailbox), secret: Buffer.from(secret, 'hex') });
  }
  const isInsecure = !url.ok && url.error.type === 'InsecureUrl';
  return err({ type: isInsecure ? 'InsecureUrl' : 'InvalidPairingLink', fields: ['pairing_link'] });
};
