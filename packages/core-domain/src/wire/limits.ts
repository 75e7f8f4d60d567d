/** Every limit of the wire, with its unit in its name. What exceeds one is answered with a code of its own. */
export const limits = {
  UPLOAD_CHANGES_MAX: 500,
  /** A whole request body as it travels. */
  BODY_BYTES_MAX: 4 * 1024 * 1024,
  /** One sealed envelope, before base64. */
  SEALED_BYTES_MAX: 256 * 1024,
  /** The shortest thing that can be a sealed envelope: header, tag and the smallest padded plaintext. */
  SEALED_BYTES_MIN: 1 + 1 + 16 + 24 + 512 + 16,
  DOWNLOAD_RECORDS_MAX: 1_000,
  /** Sealed bytes in one download page, before base64. At least one record is always given. */
  DOWNLOAD_BYTES_MAX: 4 * 1024 * 1024,
  /** Own batches a download may ask to leave out. */
  SKIP_BATCHES_MAX: 200,
  KEYRING_BYTES_MAX: 64 * 1024,
  API_KEYS_MAX: 100,
  DEVICES_MAX: 1_000,
  /** A sealed name: the shortest sealed thing has room for it. */
  DEVICE_NAME_BYTES_MAX: 4 * 1024,
  MANIFEST_BYTES_MAX: 64 * 1024,
  MAILBOX_BYTES_MAX: 8 * 1024,
  MAILBOX_SECONDS: 600,
  MAILBOX_TRIES: 5,
  /** That wait to be opened, of one account. */
  MAILBOXES_MAX: 10,
  /** Open event streams of one account on one instance. */
  EVENT_STREAMS_MAX: 20,
  /** Of one API key: one more ends the oldest, which is likely one that a device has lost. */
  EVENT_STREAMS_OF_KEY_MAX: 4,
  /** An open stream is never silent for longer. */
  EVENT_HEARTBEAT_MS: 20_000,
  LABEL_CHARACTERS_MAX: 100,
  JSON_DEPTH_MAX: 8,
  HEADER_BYTES_MAX: 16 * 1024,
  HEADERS_TIMEOUT_MS: 10_000,
  REQUEST_TIMEOUT_MS: 30_000,
} as const;
