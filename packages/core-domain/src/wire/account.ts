/** What an account may do on a service, what it holds, and its end (rule D8). */
import { z } from 'zod';
import { AccountId, ApiKeySummary, KeyringAnswer, StoredRecord } from './protocol.ts';
import { DeviceSummary } from './devices.ts';
import { seq } from './fields.ts';

const count = z.int().min(0);

export const LimitsAnswer = z.object({
  protocol: z.object({ oldest: z.int(), newest: z.int() }),
  upload_changes_max: count,
  body_bytes_max: count,
  sealed_bytes_max: count,
  download_records_max: count,
  download_bytes_max: count,
  requests_per_minute: count,
  /** What the account may hold, and what it holds, in sealed bytes. */
  records_max: count,
  records: count,
  bytes_max: count,
  bytes: count,
});
export type LimitsAnswer = z.infer<typeof LimitsAnswer>;

/**
 * The export of an account is a stream of lines (application/x-ndjson): first what the account is, then every record
 * in order of seq, as sealed as it is kept, then the end. Without the last line it is not whole. A record that is
 * changed while it is read comes again; the one with the greater seq counts.
 */
export const AccountExportLine = z.discriminatedUnion('line', [
  z.object({
    line: z.literal('account'),
    account_id: AccountId,
    keyring: KeyringAnswer,
    devices: z.array(DeviceSummary),
    api_keys: z.array(ApiKeySummary),
  }),
  StoredRecord.extend({ line: z.literal('record') }),
  z.object({ line: z.literal('end'), head: seq, records: count }),
]);
export type AccountExportLine = z.infer<typeof AccountExportLine>;

/** Deletes everything of the account at once, its keys too. It names the account, so that no slip does it. */
export const AccountDeletion = z.strictObject({ account_id: AccountId });

export const AccountDeleted = z.object({ deleted_records: count });
export type AccountDeleted = z.infer<typeof AccountDeleted>;
