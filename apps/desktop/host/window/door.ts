/**
 * Who may come in. One-time keys lead in from outside, each once and for two minutes; from then on every request needs
 * the cookie, and what touches the person's data the bearer too. A cookie goes to every port of this computer's name,
 * so it alone opens nothing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';

export const KEY_LIVES_MS = 2 * 60_000;
/** 256 bits. */
const SECRET_BYTES = 32;

export interface DoorDeps {
  readonly randomBytes: (length: number) => Uint8Array;
  readonly nowMs: () => number;
}

export interface Door {
  /** The page keeps it in memory. */
  readonly bearer: string;
  /** A key that lets one page in. */
  readonly mintKey: () => string;
  /** Whether the key counts; it does not any more afterwards. */
  readonly spendKey: (key: string) => boolean;
  /** What `Set-Cookie` says to a page that came in. */
  readonly cookie: (port: number) => string;
  readonly hasCookie: (port: number, header: string | undefined) => boolean;
  readonly hasBearer: (header: string | undefined) => boolean;
}

export const createDoor = ({ randomBytes, nowMs }: DoorDeps): Door => {
  const secret = (): string => Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url');
  const door = secret();
  const bearer = secret();
  /** When each key ends, by its hash: looking one up tells nothing about another. */
  const keys = new Map<string, number>();
  return {
    bearer,
    mintKey: () => {
      const key = secret();
      keys.set(hashOf(key).toString('hex'), nowMs() + KEY_LIVES_MS);
      return key;
    },
    spendKey: (key) => {
      const hash = hashOf(key).toString('hex');
      const endsMs = keys.get(hash);
      keys.delete(hash);
      return endsMs !== undefined && nowMs() < endsMs;
    },
    cookie: (port) => `${cookieName(port)}=${door}; HttpOnly; SameSite=Strict; Path=/`,
    // Another program on this computer may have set one of the same name beside ours.
    hasCookie: (port, header = '') =>
      header.split(';').some((pair) => isSame(pair.trim(), `${cookieName(port)}=${door}`)),
    hasBearer: (header = '') => isSame(header, `Bearer ${bearer}`),
  };
};

const cookieName = (port: number): string => `mhb_door_${String(port)}`;

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes as long whatever is given. */
const isSame = (given: string, expected: string): boolean => timingSafeEqual(hashOf(given), hashOf(expected));
