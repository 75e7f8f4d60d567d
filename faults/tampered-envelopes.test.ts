/**
 * Sealed records that were changed in any way do not open: every bit flipped, every length, every part taken from
 * another record, account or kind. `MHB_TAMPERED` says how many; 50,000 without it.
 */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { WireId } from '../packages/core-domain/src/wire/protocol.ts';
import {
  countedRandom,
  flipBit,
  otherAccount,
  recordIdAt,
  testAccount,
  vaultOn,
} from '../packages/device/src/vault/vault.testing.ts';
import type { SealedRecord, Vault } from '../packages/device/src/vault/vault.ts';

const TAMPERED = Number(process.env.MHB_TAMPERED ?? '50000');
const RECORDS = 40;

let vault: Vault;
/** Of two accounts, and with a keyring among them: whatever the service holds that is sealed. */
let held: readonly SealedRecord[];
let own: readonly SealedRecord[];
beforeAll(async () => {
  const keys = await testAccount();
  const stranger = vaultOn(await testAccount(otherAccount, countedRandom('other')));
  // An account made from a copied data folder: the same keys in another place.
  const twin = vaultOn(await testAccount(otherAccount));
  vault = vaultOn(keys);
  const sealedBy = (by: Vault) => (index: number) =>
    by.sealRecord(recordIdAt(index), JSON.stringify({ notes: 'words '.repeat((index % 5) * 100), index }));
  const indexes = [...Array(RECORDS).keys()];
  own = indexes.map(sealedBy(vault));
  const keyrings = own.slice(0, 3).map(({ id }) => ({ id, sealed: keys.keyringSealed }));
  held = [...own, ...indexes.map(sealedBy(stranger)), ...indexes.map(sealedBy(twin)), ...keyrings];
});

/** version and suite | key id | nonce | ciphertext | tag */
const partsOf = (sealed: Uint8Array): readonly Uint8Array[] => [
  sealed.subarray(0, 2),
  sealed.subarray(2, 18),
  sealed.subarray(18, 42),
  sealed.subarray(42, -16),
  sealed.subarray(-16),
];

interface Choice {
  readonly record: number;
  readonly other: number;
  readonly at: number;
  readonly pick: number;
  readonly bytes: Uint8Array;
}

type Tamper = (choice: Choice, record: SealedRecord, other: SealedRecord) => SealedRecord;

const tampers: readonly Tamper[] = [
  ({ at }, { id, sealed }) => ({ id, sealed: flipBit(sealed, at % (sealed.length * 8)) }),
  ({ at }, { id, sealed }) => ({ id, sealed: sealed.subarray(0, at % sealed.length) }),
  ({ at }, { id, sealed }) => ({ id, sealed: sealed.subarray(1 + (at % (sealed.length - 1))) }),
  ({ bytes }, { id, sealed }) => ({ id, sealed: Buffer.concat([sealed, bytes]) }),
  ({ bytes }, { id, sealed }) => ({ id, sealed: Buffer.concat([bytes, sealed]) }),
  ({ at, bytes }, { id, sealed }) => {
    const cut = at % sealed.length;
    return { id, sealed: Buffer.concat([sealed.subarray(0, cut), bytes, sealed.subarray(cut)]) };
  },
  // Another record's, another account's, or a keyring, in the place of this one.
  (_choice, { id }, { sealed }) => ({ id, sealed }),
  ({ at }, { id, sealed }) => ({
    id: WireId.parse(Buffer.from(flipBit(Buffer.from(id, 'hex'), at % 128)).toString('hex')),
    sealed,
  }),
  // Some parts of one and the rest of another: mixed nonces, tags and key ids.
  ({ pick }, { id, sealed }, { sealed: from }) => {
    const [mine, theirs] = [partsOf(sealed), partsOf(from)];
    const parts = mine.map((part, index) => ((pick >> index) & 1 ? (theirs[index] ?? part) : part));
    return { id, sealed: Buffer.concat(parts) };
  },
  ({ at, bytes }, { id, sealed }) => {
    const changed = Uint8Array.from(sealed);
    changed.set(bytes.subarray(0, sealed.length), at % Math.max(sealed.length - bytes.length, 1));
    return { id, sealed: changed };
  },
  ({ pick }, { id, sealed }) => ({
    id,
    sealed: Buffer.concat([Buffer.from([pick & 255, pick >> 8]), sealed.subarray(2)]),
  }),
  ({ at }, { id, sealed }) => ({ id, sealed: Buffer.alloc(sealed.length, at & 255) }),
];

const isTrue = ({ id, sealed }: SealedRecord): boolean =>
  own.some((record) => record.id === id && Buffer.compare(record.sealed, sealed) === 0);

test('[E1] what was not changed opens', () => {
  for (const record of own) expect(vault.openRecord(record).ok).toBe(true);
});

test('[E1] every bit of a record counts, and so does every byte of its length', () => {
  const [record] = own;
  if (record === undefined) throw new Error('there is a record');
  const { id, sealed } = record;
  for (let bit = 0; bit < sealed.length * 8; bit += 1)
    expect(vault.openRecord({ id, sealed: flipBit(sealed, bit) }).ok).toBe(false);
  for (let length = 0; length < sealed.length; length += 1)
    expect(vault.openRecord({ id, sealed: sealed.subarray(0, length) }).ok).toBe(false);
});

test(`[E1] of ${String(TAMPERED)} records that were tampered with none opens`, () => {
  const anyChoice = fc.record({
    tamper: fc.nat({ max: tampers.length - 1 }),
    record: fc.nat({ max: RECORDS - 1 }),
    other: fc.nat({ max: RECORDS * 3 + 2 }),
    at: fc.nat(),
    pick: fc.nat({ max: 65_535 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  });
  let tampered = 0;
  const opened: SealedRecord[] = [];
  const tamper = ({ tamper: which, ...choice }: Choice & { readonly tamper: number }): void => {
    const [record, other] = [own[choice.record], held[choice.other]];
    const forged = record && other && tampers[which]?.(choice, record, other);
    // By chance the change was none.
    if (forged === undefined || isTrue(forged)) return;
    tampered += 1;
    if (vault.openRecord(forged).ok) opened.push(forged);
  };
  while (tampered < TAMPERED) fc.sample(anyChoice, Math.min(20_000, TAMPERED)).forEach(tamper);
  expect(opened).toEqual([]);
  expect(tampered).toBeGreaterThanOrEqual(TAMPERED);
});
