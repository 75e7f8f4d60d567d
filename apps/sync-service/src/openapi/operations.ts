/**
 * What the document says of each route beyond its schemas: its name, whom it lets in, and what it does. A route that
 * is missing here, and a line here without a route, fail a test.
 */
import type { Scope } from '@mhb/core-domain/wire';
import { examples } from './examples.ts';

export interface Operation {
  /** The name that generated clients give it. */
  readonly id: string;
  readonly tag: 'records' | 'keys' | 'devices' | 'pairing' | 'account' | 'service';
  readonly summary: string;
  readonly description?: string;
  /** The scope an API key needs; or the token of a pairing link; or nothing. */
  readonly access: Scope | 'mailbox token' | 'nothing';
  readonly success: string;
  readonly example: { readonly request?: unknown; readonly answer: unknown };
}

export const operations: Readonly<Record<string, Operation>> = {
  'GET /health': {
    id: 'getHealth',
    tag: 'service',
    summary: 'Whether the service is alive',
    description: 'Asks nothing of the database.',
    access: 'nothing',
    success: 'It is alive.',
    example: examples.health,
  },
  'GET /ready': {
    id: 'getReady',
    tag: 'service',
    summary: 'Whether the service can work',
    access: 'nothing',
    success: 'It can, and this is what it understands and promises.',
    example: examples.ready,
  },
  'GET /openapi.json': {
    id: 'getDocument',
    tag: 'service',
    summary: 'This document',
    access: 'nothing',
    success: 'This document.',
    example: examples.document,
  },
  'GET /v1/auth/api-keys': {
    id: 'listApiKeys',
    tag: 'keys',
    summary: 'The API keys of the account, those that were revoked too',
    access: 'account',
    success: 'Labels and days of the keys; their secrets are known to nobody.',
    example: examples.listApiKeys,
  },
  'POST /v1/auth/api-keys': {
    id: 'createApiKey',
    tag: 'keys',
    summary: 'Make an API key for one more device (rule D9)',
    access: 'account',
    success: 'The key, shown this once.',
    example: examples.createApiKey,
  },
  'DELETE /v1/auth/api-keys': {
    id: 'revokeApiKey',
    tag: 'keys',
    summary: 'Revoke an API key, which may be the one that asks',
    description: 'Once this was answered nothing that is sent with the key is stored.',
    access: 'account',
    success: 'It is revoked.',
    example: examples.revokeApiKey,
  },
  'GET /v1/devices': {
    id: 'listDevices',
    tag: 'devices',
    summary: 'The devices that have told of themselves and were not revoked (rule E7)',
    access: 'sync',
    success: 'In order of id.',
    example: examples.listDevices,
  },
  'PATCH /v1/devices': {
    id: 'updateDevice',
    tag: 'devices',
    summary: 'Tell of the device that asks, or name another',
    description: 'The name and what the device has seen of the account (rule E10) are sealed.',
    access: 'sync',
    success: 'It is known.',
    example: examples.updateDevice,
  },
  'DELETE /v1/devices': {
    id: 'revokeDevice',
    tag: 'devices',
    summary: 'Revoke a device: every key it speaks with, and every open pairing link',
    access: 'account',
    success: 'It is out.',
    example: examples.revokeDevice,
  },
  'GET /v1/keyring': {
    id: 'getKeyring',
    tag: 'keys',
    summary: 'The sealed keyring and the sealed master secret (rules E4, E5)',
    access: 'sync',
    success: 'Generation 0 with nulls where none is stored.',
    example: examples.getKeyring,
  },
  'PUT /v1/keyring': {
    id: 'putKeyring',
    tag: 'keys',
    summary: 'Replace the keyring by compare and set',
    access: 'sync',
    success: 'It is stored under the next generation.',
    example: examples.putKeyring,
  },
  'PUT /v1/pairing/{mailbox}': {
    id: 'leaveInMailbox',
    tag: 'pairing',
    summary: 'Leave a sealed message for a device that has a pairing link (rule E6)',
    access: 'account',
    success: 'It waits there.',
    example: examples.leaveInMailbox,
  },
  'GET /v1/pairing/{mailbox}': {
    id: 'takeFromMailbox',
    tag: 'pairing',
    summary: 'Take the message, which is given once',
    description: 'Absent, expired, taken and a wrong token are answered alike.',
    access: 'mailbox token',
    success: 'The message. It is gone from the service.',
    example: examples.takeFromMailbox,
  },
  'POST /v1/sync/upload': {
    id: 'upload',
    tag: 'records',
    summary:
      'Send a batch of changes; each is taken where it was built on the present version (rules D2, D3, D4)',
    description:
      'The same batch id with the same bytes gets the same answer, so a batch can be sent until one comes.',
    access: 'sync',
    success: 'What became of each change.',
    example: examples.upload,
  },
  'POST /v1/sync/download': {
    id: 'download',
    tag: 'records',
    summary: 'The next page of records in order of seq (rules D5, D6)',
    access: 'sync',
    success: 'A page out of one snapshot, and the cursor of the next.',
    example: examples.download,
  },
  'POST /v1/sync/digest': {
    id: 'getDigest',
    tag: 'records',
    summary: 'A digest over everything that is stored, to compare with one’s own (rule D8)',
    access: 'sync',
    success: 'Head, count and digest of one snapshot.',
    example: examples.digest,
  },
  'GET /v1/sync/events': {
    id: 'followHeads',
    tag: 'records',
    summary: 'A stream of the account’s head, after each change (rule D8)',
    description:
      'Of one key 4 may be open, of an account 20. It ends with its key, device, account or instance.',
    access: 'sync',
    success: 'Server-sent events named “head”; the data of each is this document.',
    example: examples.events,
  },
  'GET /v1/sync/limits': {
    id: 'getLimits',
    tag: 'service',
    summary: 'What the account may do and hold, and what it holds',
    access: 'sync',
    success: 'In bytes, records and requests.',
    example: examples.limits,
  },
  'GET /v1/account': {
    id: 'exportAccount',
    tag: 'account',
    summary: 'Everything that is stored, as sealed as it is kept',
    access: 'account',
    success: 'A document in each line. Without the line “end” it is not whole.',
    example: examples.exportAccount,
  },
  'DELETE /v1/account': {
    id: 'deleteAccount',
    tag: 'account',
    summary: 'Delete the account and everything of it at once',
    access: 'account',
    success: 'Nothing of it is left; its keys are unknown from now on.',
    example: examples.deleteAccount,
  },
};
