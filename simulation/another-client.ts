/**
 * A client that was written from docs/protocol.md and shares no code with a device: node:crypto, `fetch`, the list of
 * BIP39's words, and the second implementation of the cipher that the vectors were made with. It keeps nothing on a
 * disk; what it is for is to show that the page is enough.
 */
import { mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import {
  hchacha20,
  hkdf,
  padIndependently,
  sealIndependently,
} from '../packages/device/src/vault/independent-path.testing.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Group = Readonly<Record<string, Json>> & { readonly stamp: string };

export interface Envelope {
  readonly v: 1;
  readonly type: string;
  readonly schema: number;
  readonly groups: Readonly<Record<string, Group>>;
}

interface Held {
  readonly envelope: Envelope;
  readonly base: number;
  readonly hash: string;
}

interface Stored {
  readonly id: string;
  readonly seq: number;
  readonly sealed: string;
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const KINDS = { record: 1, keyring: 2, recovery: 5, device: 6 } as const;

export class AnotherClient {
  readonly deviceId = randomBytes(8).toString('hex');
  readonly records = new Map<string, Held>();
  readonly #url: string;
  readonly #apiKey: string;
  readonly #account: Buffer;
  #dataKey: Buffer = Buffer.alloc(0);
  #idKey: Buffer = Buffer.alloc(0);
  #cursor: string | null = null;
  #lastStamp = '000000000000-0000-0000000000000000';

  constructor(url: string, apiKey: string) {
    this.#url = url;
    this.#apiKey = apiKey;
    this.#account = hex(apiKey.slice(4, 36));
  }

  /** Section 9, "With the words". */
  async join(phrase: string): Promise<void> {
    const { sealed, recovery } = await this.#ask<{ sealed: string; recovery: string }>('GET', '/v1/keyring');
    const entropy = Buffer.from(mnemonicToEntropy(phrase, wordlist));
    const { master_secret } = this.#open<{ master_secret: string }>(
      Buffer.from(recovery, 'base64'),
      this.#derive(entropy, 'mhb-recovery-v1'),
      { kind: KINDS.recovery, object: this.#account },
    );
    const keyring = this.#open<{ id_key: string; keys: readonly { number: number; key: string }[] }>(
      Buffer.from(sealed, 'base64'),
      this.#derive(hex(master_secret), 'mhb-kek-v1'),
      { kind: KINDS.keyring, object: this.#account },
    );
    const newest = keyring.keys.toSorted((a, b) => b.number - a.number)[0];
    this.#dataKey = Buffer.from(newest?.key ?? '', 'base64');
    this.#idKey = this.#derive(Buffer.from(keyring.id_key, 'base64'), 'mhb-record-id-v1');
    const name = this.#seal({ v: 1, name: 'another client' }, 'mhb-device-v1', {
      kind: KINDS.device,
      object: hex(`${this.deviceId}0000000000000000`),
    });
    await this.#ask('PATCH', '/v1/devices', { device_id: this.deviceId, name: name.toString('base64') });
  }

  /** Section 7, "Download". */
  async download(): Promise<void> {
    for (;;) {
      const page = await this.#ask<{ records: readonly Stored[]; next: string; has_more: boolean }>(
        'POST',
        '/v1/sync/download',
        { device_id: this.deviceId, since: this.#cursor },
      );
      for (const record of page.records) this.#take(record);
      this.#cursor = page.next;
      if (!page.has_more) return;
    }
  }

  /** Section 7, "Upload": one record, until it stands. */
  async save(
    recordId: string,
    change: (held: Envelope | undefined, stamp: string) => Envelope,
  ): Promise<void> {
    let envelope = change(this.records.get(recordId)?.envelope, this.#nextStamp());
    for (;;) {
      const held = this.records.get(recordId);
      const id = this.#wireIdOf(recordId);
      const sealed = this.#seal(envelope, 'mhb-record-v1', { kind: KINDS.record, object: hex(id) });
      const answer = await this.#ask<{ applied: readonly { seq: number }[]; conflicts: readonly Stored[] }>(
        'POST',
        '/v1/sync/upload',
        {
          device_id: this.deviceId,
          batch_id: randomBytes(16).toString('hex'),
          changes: [
            {
              id,
              base: held?.base ?? 0,
              ...(held === undefined ? {} : { base_hash: held.hash }),
              sealed: sealed.toString('base64'),
            },
          ],
        },
      );
      const [applied] = answer.applied;
      if (applied !== undefined) {
        this.records.set(recordId, { envelope, base: applied.seq, hash: sha256(sealed) });
        return;
      }
      for (const conflict of answer.conflicts) this.#take(conflict);
      envelope = merge(envelope, this.records.get(recordId)?.envelope);
    }
  }

  async digestIsEqual(): Promise<boolean> {
    const parts = [...this.records].map(([recordId, { base, hash }]) => {
      const seq = Buffer.alloc(8);
      seq.writeBigUInt64BE(BigInt(base));
      return Buffer.concat([hex(this.#wireIdOf(recordId)), seq, hex(hash)]);
    });
    const own = sha256(Buffer.concat(parts.toSorted((a, b) => Buffer.compare(a, b))));
    const { digest } = await this.#ask<{ digest: string }>('POST', '/v1/sync/digest', {
      device_id: this.deviceId,
    });
    return digest === own;
  }

  #take({ id, seq, sealed }: Stored): void {
    const bytes = Buffer.from(sealed, 'base64');
    const key = this.#derive(this.#dataKey, 'mhb-record-v1');
    const arrived = this.#open<Envelope>(bytes, key, { kind: KINDS.record, object: hex(id) });
    for (const { stamp } of Object.values(arrived.groups))
      if (stamp > this.#lastStamp) this.#lastStamp = stamp;
    const recordId = this.#recordIdOf(id);
    const envelope = merge(arrived, this.records.get(recordId)?.envelope);
    this.records.set(recordId, { envelope, base: seq, hash: sha256(bytes) });
  }

  /** Section 2. */
  #derive(secret: Buffer, info: string): Buffer {
    return hkdf(secret, this.#account, info, 32);
  }

  /** Section 3. */
  #seal(value: object, info: string, place: { readonly kind: number; readonly object: Buffer }): Buffer {
    const key = this.#derive(this.#dataKey, info);
    const padded = padIndependently(canonical(value as Json));
    return sealIndependently({ ...place, key, nonce: randomBytes(24), account: this.#account, padded });
  }

  #open<Value>(
    sealed: Buffer,
    key: Buffer,
    { kind, object }: { readonly kind: number; readonly object: Buffer },
  ): Value {
    const [header, nonce] = [sealed.subarray(0, 18), sealed.subarray(18, 42)];
    const subkey = hchacha20(key, nonce.subarray(0, 16));
    const shortNonce = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]);
    const cipher = createDecipheriv('chacha20-poly1305', subkey, shortNonce, { authTagLength: 16 });
    const place = Buffer.concat([Buffer.from('mhb-env\x01'), header, Buffer.of(kind), this.#account, object]);
    cipher.setAAD(place, { plaintextLength: sealed.length - 42 - 16 });
    cipher.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([cipher.update(sealed.subarray(42, -16)), cipher.final()]);
    return JSON.parse(padded.subarray(4, 4 + padded.readUInt32BE()).toString('utf8')) as Value;
  }

  /** Section 4: one block, so CBC with a vector of zeros is the block alone. */
  #wireIdOf(recordId: string): string {
    const cipher = createCipheriv('aes-256-cbc', this.#idKey, Buffer.alloc(16)).setAutoPadding(false);
    return cipher.update(hex(recordId.replaceAll('-', ''))).toString('hex');
  }

  #recordIdOf(wireId: string): string {
    const cipher = createDecipheriv('aes-256-cbc', this.#idKey, Buffer.alloc(16)).setAutoPadding(false);
    return cipher
      .update(hex(wireId))
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  /** Section 5. A thousand changes in one millisecond are more than a test has. */
  #nextStamp(): string {
    const last = Number.parseInt(this.#lastStamp.slice(0, 12), 16);
    const count = Date.now() > last ? 0 : Number.parseInt(this.#lastStamp.slice(13, 17), 16) + 1;
    const [ms, of] = [Math.max(Date.now(), last).toString(16), count.toString(16)];
    this.#lastStamp = `${ms.padStart(12, '0')}-${of.padStart(4, '0')}-${this.deviceId}`;
    return this.#lastStamp;
  }

  async #ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        'mhb-protocol': '2',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${String(answer.status)}`);
    return (await answer.json()) as Answer;
  }
}

/** RFC 8785. */
const canonical = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map((member) => canonical(member as Json)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
};

/** Section 6. */
const merge = (ours: Envelope, theirs: Envelope | undefined): Envelope => {
  if (theirs === undefined) return ours;
  const groups = { ...ours.groups };
  for (const [name, group] of Object.entries(theirs.groups)) {
    const own = groups[name];
    const isLater =
      own === undefined ||
      group.stamp > own.stamp ||
      (group.stamp === own.stamp && canonical(group) > canonical(own));
    if (isLater) groups[name] = group;
  }
  return { ...ours, groups: groups.erased === undefined ? groups : { erased: groups.erased } };
};
