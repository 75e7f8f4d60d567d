/**
 * Every refusal the service can answer (rule D10): its code, its HTTP status, what the device does about it, and
 * words for a person. A problem document (RFC 9457) carries the code as its `code` and in its `type`.
 */

/** What a device does: try again, wait for `Retry-After`, ask the person, or stop and say so. */
export type DeviceAction = 'retry' | 'wait' | 'ask the person' | 'reconcile' | 'stop';

interface Refusal {
  readonly status: number;
  readonly action: DeviceAction;
  /** One sentence for a person, without anything of theirs in it. */
  readonly words: string;
}

export const errorCodes = {
  invalid_request: { status: 400, action: 'stop', words: 'The request is not one this service understands.' },
  unauthorized: {
    status: 401,
    action: 'ask the person',
    words:
      'The service does not accept this API key: it is not valid, or access was removed. What is on this device stays.',
  },
  forbidden: { status: 403, action: 'ask the person', words: 'The API key does not allow this.' },
  not_found: { status: 404, action: 'stop', words: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, action: 'stop', words: 'This address does not answer that method.' },
  keyring_conflict: {
    status: 409,
    action: 'ask the person',
    words:
      'Another device has set up or changed the keys of this account at the same time. Sync, and try again.',
  },
  epoch_changed: {
    status: 409,
    action: 'reconcile',
    words: 'The service has begun a new history for this account.',
  },
  server_behind: {
    status: 409,
    action: 'reconcile',
    words: 'The service holds an older state of this account than this device has seen.',
  },
  history_diverged: {
    status: 409,
    action: 'reconcile',
    words: 'The history on the service is not the one this device has seen.',
  },
  too_large: { status: 413, action: 'stop', words: 'The request is larger than the service takes.' },
  unsupported_media: {
    status: 415,
    action: 'stop',
    words: 'The service takes uncompressed JSON only.',
  },
  misdirected: { status: 421, action: 'stop', words: 'The request was not meant for this service.' },
  batch_id_reused: {
    status: 422,
    action: 'stop',
    words: 'A batch of this name was sent before with other content.',
  },
  too_many_keys: {
    status: 422,
    action: 'ask the person',
    words: 'The account has as many API keys as it may.',
  },
  too_many_devices: {
    status: 422,
    action: 'ask the person',
    words: 'The account has as many devices as it may. Remove those that are not in use any more.',
  },
  too_many_mailboxes: {
    status: 422,
    action: 'ask the person',
    words: 'Too many pairing links are open. Use one of them, or wait until they expire.',
  },
  quota_exceeded: {
    status: 422,
    action: 'ask the person',
    words: 'The account is full on this service. Its operator can give it more room.',
  },
  client_too_old: {
    status: 426,
    action: 'stop',
    words: 'This app is too old for the service. Update the app.',
  },
  rate_limited: {
    status: 429,
    action: 'wait',
    words: 'Too many requests. It goes on by itself after a while.',
  },
  headers_too_large: { status: 431, action: 'stop', words: 'The headers of the request are too large.' },
  internal: { status: 500, action: 'wait', words: 'The service made a mistake. Nothing was changed.' },
  outcome_unknown: {
    status: 503,
    action: 'wait',
    words: 'The service cannot tell whether the change was stored. Send the same batch again.',
  },
  unavailable: { status: 503, action: 'wait', words: 'The service is not ready. Try again shortly.' },
} as const satisfies Record<string, Refusal>;

export type ErrorCode = keyof typeof errorCodes;

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCodes, text);

/** Why one change of an upload was not taken, while its siblings were (rule D3). */
export const changeCodes = ['sealed_too_large', 'sealed_too_small', 'unknown_format', 'repeated_id'] as const;
export type ChangeCode = (typeof changeCodes)[number];
