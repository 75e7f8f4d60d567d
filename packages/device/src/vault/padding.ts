/**
 * The plaintext of a sealed envelope (rule E2), so that its size tells next to nothing:
 *
 *   u32 length of the text, big endian | canonical JSON in UTF-8 | zeros
 *
 * The whole is padded to a power of two, at least 512 bytes. Above 64 KiB that would waste up to half of it, so
 * Padmé takes over (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PETS 2019), which adds at
 * most 12 percent. There is no compression: its result depends on what was written.
 */
import { assert } from '@mhb/core-domain';

const LENGTH_BYTES = 4;
const PADDED_BYTES_MIN = 512;
const POWER_OF_TWO_BYTES_MAX = 64 * 1024;

/** The size that a plaintext of this many bytes, length included, is padded to. */
export const paddedSize = (bytes: number): number => {
  if (bytes <= PADDED_BYTES_MIN) return PADDED_BYTES_MIN;
  const exponent = 31 - Math.clz32(bytes);
  if (bytes <= POWER_OF_TWO_BYTES_MAX) return 2 ** (32 - Math.clz32(bytes - 1));
  const mantissaBits = 32 - Math.clz32(exponent);
  const step = 2 ** (exponent - mantissaBits);
  return Math.ceil(bytes / step) * step;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One buffer for all plaintexts, since 20,000 records are sealed one after another. It grows to the longest. */
let scratch = Buffer.alloc(16 * 1024);

/** The padded plaintext. It is a view that the next call overwrites. */
export const padText = (text: string): Uint8Array => {
  // A UTF-16 code unit becomes at most three bytes of UTF-8.
  const bytesMax = paddedSize(LENGTH_BYTES + text.length * 3);
  if (bytesMax > scratch.length) scratch = Buffer.alloc(bytesMax);
  const { read, written } = encoder.encodeInto(text, scratch.subarray(LENGTH_BYTES));
  assert(read === text.length, 'the whole text is written');
  const size = paddedSize(LENGTH_BYTES + written);
  scratch.writeUInt32BE(written);
  // Without this the end of a longer text sealed before would travel along.
  scratch.fill(0, LENGTH_BYTES + written, size);
  return scratch.subarray(0, size);
};

/** `undefined` unless it is exactly what `padText` makes. */
export const unpadText = (padded: Uint8Array): string | undefined => {
  if (padded.length < PADDED_BYTES_MIN) return undefined;
  const end = LENGTH_BYTES + new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (end > padded.length || padded.length !== paddedSize(end)) return undefined;
  for (let index = end; index < padded.length; index += 1) if (padded[index] !== 0) return undefined;
  try {
    return decoder.decode(padded.subarray(LENGTH_BYTES, end));
  } catch {
    return undefined;
  }
};
