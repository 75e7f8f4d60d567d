/**
 * What may leave a device: nothing that nobody asked for (invariant 18), no word that its person wrote, and never two
 * envelopes under one nonce (invariant 16).
 */
import { EVENING } from './people.ts';
import type { Request } from './simulated-service.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import { Violation } from './trace.ts';

/** Version and suite, the key's id, then the nonce (rule E1). */
const NONCE_AT = 2 + 16;
const NONCE_BYTES = 24;

/** Three bytes are four letters of base64, so a text looks different at each of three places. */
const inBase64 = (text: string): readonly string[] =>
  [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + text)
      .toString('base64url')
      .slice(4, -4),
  );

const marks: readonly string[] = [EVENING, Buffer.from(EVENING).toString('hex'), ...inBase64(EVENING)];

export class Secrecy {
  /** By nonce, the envelope it was used for. */
  readonly #envelopes = new Map<string, string>();

  /** Answers what is wrong with a request of this device, if anything is. */
  judge(device: SimulatedDevice, { path, body = '' }: Request): Violation | undefined {
    if (!device.mayAsk) return new Violation(18, `${device.name} asks the service though nobody told it to`);
    if (marks.some((mark) => body.includes(mark)))
      return new Violation(16, `${device.name} sends what its person wrote`);
    if (path !== '/v1/sync/upload') return undefined;
    const { changes } = JSON.parse(body) as { readonly changes: readonly { readonly sealed: string }[] };
    const isRepeated = changes.some(({ sealed }) => {
      const nonce = Buffer.from(sealed, 'base64')
        .subarray(NONCE_AT, NONCE_AT + NONCE_BYTES)
        .toString('hex');
      const before = this.#envelopes.get(nonce);
      this.#envelopes.set(nonce, sealed);
      return before !== undefined && before !== sealed;
    });
    return isRepeated ? new Violation(16, `${device.name} seals two texts under one nonce`) : undefined;
  }
}
