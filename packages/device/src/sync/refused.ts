/** What a refusal of the service means where the code alone does not say it. */
import { type ErrorCode, errorCodes } from '@mhb/core-domain/wire';
import type { SyncFailure } from './sync-api.ts';

type Refused = Extract<SyncFailure, { readonly type: 'Refused' }>;

export const isRefusedAs = (failure: { readonly type: string }, code: ErrorCode): boolean =>
  isRefused(failure) && failure.code === code;

/** The service has another history than the cursor belongs to (rule D6), or gives less than was seen (rule E10). */
export const isOtherHistory = (failure: { readonly type: string }): boolean =>
  failure.type === 'EntriesMissing' ||
  (isRefused(failure) && errorCodes[failure.code].action === 'reconcile');

const isRefused = (failure: { readonly type: string }): failure is Refused => failure.type === 'Refused';
