/**
 * The contract between a device and the service: a schema per request and answer. Both ends parse with it.
 *
 * Ids are 16 bytes as 32 lowercase hex digits, sealed envelopes are base64 with padding. Every answer may gain
 * members in a later version, so a device ignores those it does not know; a request may not.
 *
 * Version history (rule D13; the fingerprint test fails when the wire changes without a new line here):
 *   1  the first
 *   2  devices, pairing, digest, limits, the account as a whole, the stream of heads; nothing of 1 is changed
 */
import { z } from 'zod';
import { changeCodes } from './error-codes.ts';
import { base64, Day, hash32, id16, seq, WireDeviceId } from './fields.ts';
import { limits } from './limits.ts';

export const PROTOCOL_VERSION = 2;

/** The oldest version the service still understands; what is older gets 426. */
export const OLDEST_PROTOCOL_VERSION = 1;

/** The request header that names the version a device speaks. */
export const PROTOCOL_HEADER = 'mhb-protocol';

/** The same header of an answer: the oldest and the newest version the service understands. Version 1 sent none. */
export const understoodProtocols = `${String(OLDEST_PROTOCOL_VERSION)}-${String(PROTOCOL_VERSION)}`;

/** The name of a record on the wire: its id enciphered, so it tells nothing (rule R2). */
export const WireId = id16.brand<'WireId'>();
export type WireId = z.infer<typeof WireId>;

export const BatchId = id16.brand<'BatchId'>();
export type BatchId = z.infer<typeof BatchId>;

export const AccountId = id16.brand<'AccountId'>();
export type AccountId = z.infer<typeof AccountId>;

/** Opaque to a device; it is kept as given and handed back. */
export const Cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,200}$/)
  .brand<'Cursor'>();
export type Cursor = z.infer<typeof Cursor>;

export const Change = z.strictObject({
  id: WireId,
  /** The seq of the version the device merged on; 0 for none. */
  base: seq,
  /**
   * SHA-256 of that version's sealed envelope, where the device knows it. Where a service went back to a backup, one
   * seq has named two versions. Since version 2.
   */
  base_hash: hash32.optional(),
  // A change that is too large alone is refused alone, so the bound here is that of the body.
  sealed: base64(limits.BODY_BYTES_MAX),
});
export type Change = z.infer<typeof Change>;

export const UploadRequest = z.strictObject({
  device_id: WireDeviceId,
  batch_id: BatchId,
  changes: z.array(Change).min(1).max(limits.UPLOAD_CHANGES_MAX),
});
export type UploadRequest = z.infer<typeof UploadRequest>;

export const StoredRecord = z.object({ id: WireId, seq, sealed: base64(limits.SEALED_BYTES_MAX) });
export type StoredRecord = z.infer<typeof StoredRecord>;

export const UploadAnswer = z.object({
  applied: z.array(z.object({ id: WireId, seq })),
  /** The current envelope, so that the device merges without another round trip. */
  conflicts: z.array(StoredRecord),
  rejected: z.array(z.object({ id: WireId, code: z.enum(changeCodes) })),
  head: seq,
});
export type UploadAnswer = z.infer<typeof UploadAnswer>;

export const DownloadRequest = z.strictObject({
  device_id: WireDeviceId,
  /** Where the last page ended; null for the beginning. */
  since: Cursor.nullable(),
  limit: z.int().min(1).max(limits.DOWNLOAD_RECORDS_MAX).default(limits.DOWNLOAD_RECORDS_MAX),
  /** Own batches that were acknowledged and need not come back. One that is not stored shows another history. */
  skip_batches: z.array(BatchId).max(limits.SKIP_BATCHES_MAX).default([]),
});
export type DownloadRequest = z.input<typeof DownloadRequest>;

export const DownloadAnswer = z.object({
  /** In order of seq. */
  records: z.array(StoredRecord).max(limits.DOWNLOAD_RECORDS_MAX),
  has_more: z.boolean(),
  /** How many records are still to come after this page. */
  remaining: z.int().min(0),
  next: Cursor,
  head: seq,
  /** The generation of the keyring, so that a device knows when to fetch it; 0 for none. */
  keyring_generation: z.int().min(0),
});
export type DownloadAnswer = z.infer<typeof DownloadAnswer>;

/** The keyring and the wrapped master secret, both sealed. Generation 0 with nulls where none is stored yet. */
export const KeyringAnswer = z.object({
  generation: z.int().min(0),
  sealed: base64(limits.KEYRING_BYTES_MAX).nullable(),
  recovery: base64(limits.KEYRING_BYTES_MAX).nullable(),
});
export type KeyringAnswer = z.infer<typeof KeyringAnswer>;

/** Stored only where `base_generation` is the current one; the new generation is one more. */
export const KeyringRequest = z.strictObject({
  base_generation: z.int().min(0),
  sealed: base64(limits.KEYRING_BYTES_MAX),
  recovery: base64(limits.KEYRING_BYTES_MAX),
});
export type KeyringRequest = z.infer<typeof KeyringRequest>;

export const KeyringStored = z.object({ generation: z.int().min(1) });
export type KeyringStored = z.infer<typeof KeyringStored>;

/** `sync` reads and writes records and the keyring; `account` manages API keys. */
export const Scope = z.enum(['sync', 'account']);
export type Scope = z.infer<typeof Scope>;

export const KeyId = z
  .string()
  .regex(/^[0-9a-f]{48}$/)
  .brand<'KeyId'>();
export type KeyId = z.infer<typeof KeyId>;

const Label = z
  .string()
  .min(1)
  .max(limits.LABEL_CHARACTERS_MAX)
  .refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters');

export const ApiKeySummary = z.object({
  key_id: KeyId,
  label: Label,
  scopes: z.array(Scope),
  created_on: Day,
  last_used_on: Day.nullable(),
  revoked_on: Day.nullable(),
  /** The key that asked. */
  is_this: z.boolean(),
});

export const ApiKeyList = z.object({ keys: z.array(ApiKeySummary).max(limits.API_KEYS_MAX * 10) });
export type ApiKeyList = z.infer<typeof ApiKeyList>;

export const ApiKeyRequest = z.strictObject({
  label: Label,
  scopes: z.array(Scope).min(1).max(2).default(['sync', 'account']),
});
export type ApiKeyRequest = z.input<typeof ApiKeyRequest>;

/** The only time the key itself is shown. */
export const ApiKeyCreated = z.object({ key_id: KeyId, api_key: z.string() });
export type ApiKeyCreated = z.infer<typeof ApiKeyCreated>;

/** Which key to revoke; a key may revoke itself. */
export const ApiKeyRevocation = z.strictObject({ key_id: KeyId });

export const HealthAnswer = z.object({ status: z.literal('ok') });

export const ReadyAnswer = z.object({
  status: z.literal('ready'),
  protocol: z.int(),
  /** Version 1 did not say. */
  oldest_protocol: z.int().optional(),
  /** What an acknowledged change survives on this database. */
  acknowledged_changes_survive: z.array(z.string()),
});

/** RFC 9457. `detail` is fit for a person's eyes and carries nothing of theirs. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  /** Names of members that were not understood, never their values. */
  fields: z.array(z.string()).optional(),
});
export type Problem = z.infer<typeof Problem>;
