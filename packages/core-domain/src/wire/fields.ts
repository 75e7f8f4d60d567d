/** What the requests and answers of the wire are made of. */
import { z } from 'zod';

/** 16 bytes as 32 lowercase hex digits. */
export const id16 = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits');

/** 32 bytes as 64 lowercase hex digits. */
export const hash32 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');

export const seq = z.int().min(0);

/** Bytes with padding, at most so many before base64. */
export const base64 = (bytesMax: number) =>
  z
    .string()
    .max(Math.ceil(bytesMax / 3) * 4)
    .refine(isBase64, 'must be base64');

export const WireDeviceId = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hex digits');

/** A day of the service's calendar, "2026-01-31". */
export const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

// Many times quicker than any expression over its characters. The way back finds white space and missing padding.
function isBase64(text: string): boolean {
  try {
    return btoa(atob(text)) === text;
  } catch {
    return false;
  }
}
