/**
 * From a passphrase to a key: Argon2id (RFC 9106). What it costs is measured on the computer it is set on, so that one
 * guess takes about half a second there; the cost is kept beside what it protects.
 */
import { assert } from '@mhb/core-domain';
import * as crypto from 'node:crypto';
import { z } from 'zod';
import { KEY_BYTES } from './cipher.ts';

export const PassphraseCost = z
  .strictObject({
    // No more than a file that somebody changed may make this computer spend.
    memory_kib: z
      .int()
      .min(8)
      .max(4 * 1024 * 1024),
    passes: z.int().min(1).max(1_000),
    parallelism: z.int().min(1).max(16),
  })
  .readonly();
export type PassphraseCost = z.infer<typeof PassphraseCost>;

/** What RFC 9106 recommends where memory is scarce; never less, however slow the computer. */
const LEAST: PassphraseCost = { memory_kib: 64 * 1024, passes: 3, parallelism: 4 };

/** More memory hinders a guesser more than more passes, and a desktop can spare so much for a moment. */
const MEMORY_KIB_MAX = 256 * 1024;

export const PASSPHRASE_TARGET_MS = 500;

/** About half a second, measured now: first as much memory as fits in, then passes. */
export const calibrateCost = async (
  targetMs: number = PASSPHRASE_TARGET_MS,
  measure: (cost: PassphraseCost) => Promise<number> = measureCost,
): Promise<PassphraseCost> => {
  let cost = LEAST;
  let ms = await measure(cost);
  while (ms * 2 <= targetMs && cost.memory_kib * 2 <= MEMORY_KIB_MAX) {
    cost = { ...cost, memory_kib: cost.memory_kib * 2 };
    ms = await measure(cost);
  }
  const passes = Math.round((cost.passes * targetMs) / Math.max(ms, 1));
  return { ...cost, passes: Math.min(Math.max(passes, LEAST.passes), 1_000) };
};

/** 32 bytes. The same letters typed on another keyboard give the same key (NFKC, as NIST SP 800-63B has it). */
export const deriveFromPassphrase = (
  passphrase: string,
  { salt, cost }: { readonly salt: Uint8Array; readonly cost: PassphraseCost },
): Promise<Uint8Array> => {
  assert(salt.length === SALT_BYTES, 'a salt has 16 bytes');
  const { memory_kib: memory, passes, parallelism } = cost;
  const message = Buffer.from(passphrase.normalize('NFKC'), 'utf8');
  return new Promise((resolve, reject) => {
    crypto.argon2(
      'argon2id',
      // The least memory the algorithm allows grows with its lanes.
      {
        message,
        nonce: salt,
        memory: Math.max(memory, 8 * parallelism),
        passes,
        parallelism,
        tagLength: KEY_BYTES,
      },
      (error, key) => {
        if (error === null) resolve(new Uint8Array(key));
        else reject(error);
      },
    );
  });
};

export const SALT_BYTES = 16;

const measureCost = async (cost: PassphraseCost): Promise<number> => {
  const started = performance.now();
  await deriveFromPassphrase('calibration', { salt: new Uint8Array(SALT_BYTES), cost });
  return performance.now() - started;
};
