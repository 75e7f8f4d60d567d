/**
 * An account's keys, opened. Records go in readable and come out sealed under the id the service knows them by, and
 * back; the keys themselves never come out (rule A6).
 */
import { assert, err, ok, type RecordId, type Result } from '@mhb/core-domain';
import { canonicalJson, type DeviceId, type Json } from '@mhb/core-domain/sync';
import type { AccountId, WireId } from '@mhb/core-domain/wire';
import { KEY_BYTES } from './cipher.ts';
import {
  type Keyring,
  type KeyringNotOpened,
  type KeyringPlace,
  newKeyring,
  openKeyring,
  sealKeyring,
} from './keyring.ts';
import { bytesOfId, sealingKeyOf } from './keys.ts';
import { checkedRandom, pooledRandom, type RandomBytes } from './randomness.ts';
import { createRecordIdCipher, type RecordIdCipher } from './record-id.ts';
import { keyIdIn, type NotOpened, open, type Place, seal, type Sealed } from './seal.ts';

export interface SealedRecord {
  readonly id: WireId;
  readonly sealed: Uint8Array;
}

export interface OpenedRecord {
  readonly recordId: RecordId;
  /** Parsed JSON of any shape: `readEnvelope` judges it. */
  readonly value: unknown;
}

export interface Vault extends RecordIdCipher {
  /** The generation of the keyring; the caller pins it. */
  readonly generation: number;
  /** Seals the canonical JSON of an envelope with the newest data key. */
  readonly sealRecord: (recordId: RecordId, envelopeJson: string) => { id: WireId; sealed: Sealed };
  readonly openRecord: (record: SealedRecord) => Result<OpenedRecord, NotOpened>;
  /** What a person calls a device, as canonical JSON; it opens as the name of this device alone. */
  readonly sealDeviceName: (deviceId: string, json: string) => Sealed;
  readonly openDeviceName: (deviceId: string, sealed: Uint8Array) => Result<unknown, NotOpened>;
  /** What a device has seen, as canonical JSON; it opens as that of this device alone (rule E10). */
  readonly sealManifest: (deviceId: DeviceId, json: string) => Sealed;
  readonly openManifest: (deviceId: DeviceId, sealed: Uint8Array) => Result<unknown, NotOpened>;
  /** Names the data key that seals. */
  readonly newestKey: string;
  /** Whether there is something that only an earlier data key opens, for all that is known here (rule E7). */
  readonly hasEarlierKeys: boolean;
  /** The same record sealed with the newest data key, whatever it is; `undefined` where it is so already. */
  readonly sealAnew: (record: SealedRecord) => Result<Sealed | undefined, NotOpened>;
}

/** Opens the keyring and with it everything else. `loadCipher` comes first. */
export const openVault = ({
  keyringSealed,
  pinnedGeneration,
  randomBytes,
  ...place
}: KeyringPlace & {
  readonly keyringSealed: Uint8Array;
  readonly pinnedGeneration: number;
  readonly randomBytes: RandomBytes;
}): Result<Vault, KeyringNotOpened> => {
  const keyring = openKeyring(keyringSealed, place, pinnedGeneration);
  return keyring.ok ? ok(vaultOf(keyring.value, place.accountId, nonceSource(randomBytes))) : keyring;
};

/** The keys of a new account. The master secret stays on the device; the keyring goes to the service. */
export const createAccountKeys = ({
  accountId,
  randomBytes,
}: {
  readonly accountId: AccountId;
  readonly randomBytes: RandomBytes;
}): { readonly masterSecret: Uint8Array; readonly keyringSealed: Sealed; readonly generation: number } => {
  const random = checkedRandom(randomBytes);
  const masterSecret = random(KEY_BYTES);
  const keyring = newKeyring(random);
  const keyringSealed = sealKeyring(keyring, { accountId, masterSecret }, random);
  return { masterSecret, keyringSealed, generation: keyring.generation };
};

/** Checked on both sides of the pool: a generator that repeats whole draws, and one that repeats within a draw. */
const nonceSource = (randomBytes: RandomBytes): RandomBytes =>
  checkedRandom(pooledRandom(checkedRandom(randomBytes)));

const vaultOf = (keyring: Keyring, accountId: AccountId, randomBytes: RandomBytes): Vault => {
  // Newest first: it seals, and most of what is opened was sealed with it.
  const keys = keyring.keys.toReversed().map(({ key }) => sealingKeyOf(key, accountId, 'record'));
  const [newest] = keys;
  assert(newest !== undefined, 'a keyring has a data key');
  const account = bytesOfId(accountId);
  const ids = createRecordIdCipher(keyring.idKey, accountId);
  const placeOf = (id: WireId): Place => ({ kind: 'record', account, object: bytesOfId(id) });
  // Made when first needed: hardly any sync speaks of a name, and one that changes nothing of what was seen.
  const keysFor = (kind: OfDevice) =>
    keyring.keys.toReversed().map(({ key }) => sealingKeyOf(key, accountId, kind));
  const sealFor = (kind: OfDevice, deviceId: string, json: string): Sealed => {
    const [key] = keysFor(kind);
    assert(key !== undefined, 'a keyring has a data key');
    return seal(json, key, devicePlace(kind, account, deviceId), randomBytes);
  };
  const openFor = (kind: OfDevice, deviceId: string, sealed: Uint8Array) =>
    open(sealed, keysFor(kind), devicePlace(kind, account, deviceId));
  return {
    ...ids,
    generation: keyring.generation,
    sealRecord: (recordId, envelopeJson) => {
      const id = ids.wireIdOf(recordId);
      return { id, sealed: seal(envelopeJson, newest, placeOf(id), randomBytes) };
    },
    openRecord: ({ id, sealed }) => {
      const opened = open(sealed, keys, placeOf(id));
      if (!opened.ok) return opened;
      const recordId = ids.recordIdOf(id);
      return recordId === undefined ? err({ type: 'CannotOpen' }) : ok({ recordId, value: opened.value });
    },
    sealDeviceName: (deviceId, json) => sealFor('device', deviceId, json),
    openDeviceName: (deviceId, sealed) => openFor('device', deviceId, sealed),
    sealManifest: (deviceId, json) => sealFor('manifest', deviceId, json),
    openManifest: (deviceId, sealed) => openFor('manifest', deviceId, sealed),
    newestKey: Buffer.from(newest.id).toString('hex'),
    hasEarlierKeys: keys.length > 1,
    sealAnew: ({ id, sealed }) => {
      const keyId = keyIdIn(sealed);
      if (keyId !== undefined && Buffer.compare(keyId, newest.id) === 0) return ok(undefined);
      const opened = open(sealed, keys, placeOf(id));
      // What was sealed is canonical JSON, so this is the same text again.
      return opened.ok
        ? ok(seal(canonicalJson(opened.value as Json), newest, placeOf(id), randomBytes))
        : opened;
    },
  };
};

/** What is sealed for one device, its name and what it has seen. */
type OfDevice = 'device' | 'manifest';

/** A device's id has 8 bytes, and is filled up with zeros. */
const devicePlace = (kind: OfDevice, account: Uint8Array, deviceId: string): Place => ({
  kind,
  account,
  object: bytesOfId(`${deviceId}0000000000000000`),
});
