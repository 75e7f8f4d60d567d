/**
 * How an API key reads (rule D9):
 *
 *   mhb_<account 32 hex><key 16 hex>_<secret 64 hex>_<crc32 8 hex>
 *
 * The first part is the key's id; it begins with the account, so that finding a key begins with the account like
 * every other look-up. The check sum tells a typing error from a wrong key without asking anybody.
 */
import { AccountId, KeyId } from './protocol.ts';

export interface ApiKeyParts {
  readonly accountId: AccountId;
  readonly keyId: KeyId;
  /** 32 bytes as hex. */
  readonly secret: string;
}

const API_KEY = /^mhb_([0-9a-f]{48})_([0-9a-f]{64})_([0-9a-f]{8})$/;

/** `undefined` where the text is not an API key or has a typing error in it. */
export const parseApiKey = (text: string): ApiKeyParts | undefined => {
  const [, keyId, secret, sum] = API_KEY.exec(text) ?? [];
  if (keyId === undefined || secret === undefined) return undefined;
  if (sum !== checkSum(keyId, secret)) return undefined;
  return { accountId: AccountId.parse(keyId.slice(0, 32)), keyId: KeyId.parse(keyId), secret };
};

export const formatApiKey = ({ keyId, secret }: Pick<ApiKeyParts, 'keyId' | 'secret'>): string =>
  `mhb_${keyId}_${secret}_${checkSum(keyId, secret)}`;

const checkSum = (keyId: string, secret: string): string =>
  crc32(`${keyId}_${secret}`).toString(16).padStart(8, '0');

/** CRC-32 of ISO-HDLC (polynomial 0xEDB88320), over ASCII text. */
const crc32 = (text: string): number => {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index += 1) {
    crc ^= text.charCodeAt(index);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
};
