/**
 * Reads what the service holds, with an account's keys, as no service can: the simulation has to know whether an
 * acknowledged change is there. Also writes what a newer version of the app would.
 */
import type { RecordId } from '@mhb/core-domain';
import { canonicalJson, type Json } from '@mhb/core-domain/sync';
import { type AccountId, WireId } from '@mhb/core-domain/wire';
import { openVault, type Vault } from '@mhb/device/testing';
import { Chance } from './chance.ts';
import type { RecordRow } from './postgres/tables.ts';

export interface ReadRecord {
  readonly id: RecordId;
  readonly type: string;
  readonly schema: number;
  readonly groups: ReadonlyMap<string, string>;
}

interface Envelope {
  readonly type: string;
  readonly schema: number;
  readonly groups: Readonly<Record<string, Json>>;
}

/** The groups of an envelope, each as canonical JSON. */
export const groupsOf = (envelope: string): ReadonlyMap<string, string> => {
  const { groups } = JSON.parse(envelope) as Envelope;
  return new Map(Object.entries(groups).map(([name, group]) => [name, canonicalJson(group)]));
};

export class Reader {
  readonly #vault: Vault;
  // The bytes of a row never change, so what was read once is known.
  readonly #known = new WeakMap<Buffer, ReadRecord>();

  constructor(account: {
    readonly accountId: AccountId;
    readonly masterSecret: string;
    readonly keyring: Buffer;
    readonly seed: number;
  }) {
    const random = new Chance(account.seed, 'reader');
    const opened = openVault({
      accountId: account.accountId,
      masterSecret: Buffer.from(account.masterSecret, 'hex'),
      keyringSealed: account.keyring,
      pinnedGeneration: 1,
      randomBytes: (length) => random.bytes(length),
    });
    if (!opened.ok) throw new Error('the simulation cannot open the vault');
    this.#vault = opened.value;
  }

  read(row: RecordRow): ReadRecord {
    const known = this.#known.get(row.sealed);
    if (known !== undefined) return known;
    const opened = this.#vault.openRecord({ id: wireIdOf(row), sealed: row.sealed });
    if (!opened.ok) throw new Error('the service holds what no device of the account has sealed');
    const envelope = opened.value.value as Envelope;
    const groups = new Map(
      Object.entries(envelope.groups).map(([name, group]) => [name, canonicalJson(group)]),
    );
    const read = { id: opened.value.recordId, type: envelope.type, schema: envelope.schema, groups };
    this.#known.set(row.sealed, read);
    return read;
  }

  seal(id: RecordId, envelope: Json): { readonly id: WireId; readonly sealed: string } {
    const { id: wireId, sealed } = this.#vault.sealRecord(id, canonicalJson(envelope));
    return { id: wireId, sealed: Buffer.from(sealed).toString('base64') };
  }

  recordIdOf(wireId: string): string | undefined {
    return this.#vault.recordIdOf(WireId.parse(wireId));
  }
}

export const wireIdOf = ({ record_id }: RecordRow): WireId => WireId.parse(record_id.replaceAll('-', ''));
