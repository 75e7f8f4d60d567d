/** How a pairing link reads, and that no other text is taken for one. */
import { MailboxId } from '@mhb/core-domain/wire';
import { expect, test } from 'vitest';
import { formatPairingLink, readPairingLink } from './pairing-link.ts';

const mailboxId = MailboxId.parse('0123456789abcdef'.repeat(4));
const secret = Buffer.from('fedcba98'.repeat(4), 'hex');
const fragment = `${mailboxId}.${secret.toString('hex')}`;

test.each([
  'https://sync.example.org',
  'https://example.org:8443/a/b',
  'http://127.0.0.1:8737',
  'http://[::1]:1',
])('[E6] a link of %s gives back address, mailbox and secret', (url) => {
  const link = formatPairingLink({ url, mailboxId, secret });
  expect(link).toBe(`${url}/pair#${fragment}`);
  expect(new URL(link).pathname + new URL(link).search).not.toContain(mailboxId);
  const read = { ok: true, value: { url, mailboxId, secret } };
  expect(readPairingLink(link)).toEqual(read);
  expect(readPairingLink(` ${link}\n`)).toEqual(read);
});

test.each([
  '',
  'https://sync.example.org',
  `https://sync.example.org/pair?${fragment}`,
  `https://sync.example.org/#${fragment}`,
  `https://sync.example.org/pair#${fragment.slice(0, -1)}`,
  `https://sync.example.org/pair#${fragment}0`,
  `https://sync.example.org/pair#${fragment.toUpperCase()}`,
  `https://sync.example.org/pair#${fragment.replace('.', '')}`,
  `https://user:word@sync.example.org/pair#${fragment}`,
  `ftp://sync.example.org/pair#${fragment}`,
  `sync.example.org/pair#${fragment}`,
])('[E6] %j is no link', (text) => {
  expect(readPairingLink(text)).toEqual({
    ok: false,
    error: { type: 'InvalidPairingLink', fields: ['pairing_link'] },
  });
});

test('[E6] [O10] a link without encryption is for this computer only', () => {
  for (const host of ['sync.example.org', '127.0.0.1.example.org', '192.168.1.10']) {
    expect(readPairingLink(`http://${host}/pair#${fragment}`)).toEqual({
      ok: false,
      error: { type: 'InsecureUrl', fields: ['pairing_link'] },
    });
  }
});
