/** What a kept failure of sync means for a person: why, and whose turn it is (rule O9). */
import { type ErrorCode, errorCodes, isErrorCode } from '@mhb/core-domain/wire';
import { failureText } from '../failure-text.ts';
import type { SyncNotDone } from './sync-once.ts';

/**
 * Whose turn it is: it passes by itself, this device has to join its account again, or the person has to do what the
 * sentence says.
 */
export const turns = ['nobody', 'join again', 'person'] as const;
export type Turn = (typeof turns)[number];

/** The type of a failure, or the code of a refusal, as `get_sync_status` keeps it. */
export const codeOfFailure = (failure: SyncNotDone): string =>
  failure.type === 'Refused' ? failure.code : failure.type;

const passing: ReadonlySet<string> = new Set([
  'Offline',
  'CertificateNotTrusted',
  'NotASyncService',
  'ServiceMisbehaved',
]);
/** Its key is no longer taken, or opens nothing any more. */
const outside: ReadonlySet<string> = new Set([
  'unauthorized',
  'KeysChangedElsewhere',
  'SecretsMissing',
  'SecretsUnreadable',
  'WrongKey',
]);

export const turnAfter = (code: string): Turn => {
  if (outside.has(code)) return 'join again';
  if (passing.has(code)) return 'nobody';
  return isErrorCode(code) && mayPass(code) ? 'nobody' : 'person';
};

const mayPass = (code: ErrorCode): boolean => {
  const { action } = errorCodes[code];
  return action !== 'stop' && action !== 'ask the person';
};

/** One sentence for a person. */
export const failureSentence = (code: string): string =>
  isErrorCode(code) ? errorCodes[code].words : failureText({ type: code });
