/** The devices of an account, and how one of them lets another in (rules D8, E6, E7, E10). */
import { z } from 'zod';
import { base64, Day, hash32, seq, WireDeviceId } from './fields.ts';
import { limits } from './limits.ts';
import { KeyId } from './protocol.ts';

export const DeviceSummary = z.object({
  device_id: WireDeviceId,
  /** The API key it last spoke with. */
  key_id: KeyId,
  /** The device of the key that asked. */
  is_this: z.boolean(),
  /** What its person calls it, sealed. */
  name: base64(limits.DEVICE_NAME_BYTES_MAX).nullable(),
  /** What it has seen of the account, sealed (rule E10). */
  manifest: base64(limits.MANIFEST_BYTES_MAX).nullable(),
  last_seen_on: Day,
});
export type DeviceSummary = z.infer<typeof DeviceSummary>;

/** Those that were not revoked, in order of id. */
export const DeviceList = z.object({ devices: z.array(DeviceSummary).max(limits.DEVICES_MAX) });
export type DeviceList = z.infer<typeof DeviceList>;

/**
 * Tells the service of the device that asks, and keeps what it gives. Of another device only the name can be given,
 * and only where that device is known.
 */
export const DeviceUpdate = z.strictObject({
  /** The device that asks. */
  device_id: WireDeviceId,
  /** Which one the name is for. */
  named_device_id: WireDeviceId.optional(),
  name: base64(limits.DEVICE_NAME_BYTES_MAX).optional(),
  manifest: base64(limits.MANIFEST_BYTES_MAX).optional(),
});
export type DeviceUpdate = z.infer<typeof DeviceUpdate>;

export const DeviceUpdated = z.object({ device_id: WireDeviceId });

/** Revokes every API key that this device has spoken with. It may be the device that asks. */
export const DeviceRevocation = z.strictObject({ device_id: WireDeviceId });

export const DeviceRevoked = z.object({ revoked_keys: z.int().min(0) });
export type DeviceRevoked = z.infer<typeof DeviceRevoked>;

/** The account and 16 random bytes. Part of the address, so a log must never carry the address itself. */
export const MailboxId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
  .brand<'MailboxId'>();
export type MailboxId = z.infer<typeof MailboxId>;

/** Left by a device that is in. The service keeps the hash of a token that only the link can give. */
export const MailboxRequest = z.strictObject({
  token_hash: hash32,
  sealed: base64(limits.MAILBOX_BYTES_MAX),
});
export type MailboxRequest = z.infer<typeof MailboxRequest>;

export const MailboxStored = z.object({ expires_in_seconds: z.int().min(0) });
export type MailboxStored = z.infer<typeof MailboxStored>;

/** The request header with the token, 64 hex digits; the one who asks has no API key yet. */
export const MAILBOX_TOKEN_HEADER = 'mhb-mailbox-token';

/** Given once. */
export const MailboxAnswer = z.object({ sealed: base64(limits.MAILBOX_BYTES_MAX) });
export type MailboxAnswer = z.infer<typeof MailboxAnswer>;

export const DigestRequest = z.strictObject({ device_id: WireDeviceId });
export type DigestRequest = z.infer<typeof DigestRequest>;

/**
 * What the service holds, at its head:
 *
 *   SHA-256( record id 16 | seq 8 | SHA-256(sealed) 32 … )      in order of the record ids, seqs big-endian
 */
export const DigestAnswer = z.object({
  head: seq,
  count: z.int().min(0),
  digest: hash32,
});
export type DigestAnswer = z.infer<typeof DigestAnswer>;

/** The event stream: each event is named "head" and carries this as JSON, at the beginning and after each upload. */
export const HeadEvent = z.object({ head: seq });
export type HeadEvent = z.infer<typeof HeadEvent>;
