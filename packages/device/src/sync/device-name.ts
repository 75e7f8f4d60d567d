/** What a person calls a device: one short line. */
import { canonicalJson } from '@mhb/core-domain/sync';
import { z } from 'zod';
import type { Sealed } from '../vault/seal.ts';
import type { Vault } from '../vault/vault.ts';

export const DEVICE_NAME_CHARACTERS_MAX = 60;

/** One line without control characters, cut where it is too long. May be empty. */
export const cleanDeviceName = (text: string): string => {
  const line = text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cs}\s]+/gu, ' ')
    .trim();
  return Array.from(line).slice(0, DEVICE_NAME_CHARACTERS_MAX).join('').trim();
};

const NameJson = z.object({ v: z.literal(1), name: z.string() });

export const sealDeviceName = (vault: Vault, deviceId: string, name: string): Sealed =>
  vault.sealDeviceName(deviceId, canonicalJson({ v: 1, name }));

/** Null where it has none, or one that does not open here: the service may have put anything there. */
export const openDeviceName = (vault: Vault, deviceId: string, sealed: string | null): string | null => {
  if (sealed === null) return null;
  const opened = vault.openDeviceName(deviceId, Buffer.from(sealed, 'base64'));
  const read = NameJson.safeParse(opened.ok ? opened.value : undefined);
  return (read.success ? cleanDeviceName(read.data.name) : '') || null;
};
