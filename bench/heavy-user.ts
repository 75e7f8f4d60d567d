/** Whose years they are: how much they write, where they live, and what their last moment is. */
import type { Entity, EntityKind } from '@mhb/core-domain';

/** A Sunday in summer time, in the evening of Berlin. */
export const NOW = Date.parse('2025-06-15T18:00:00.000Z');
export const HOME = 'Europe/Berlin';

export interface Life {
  readonly seed: number;
  readonly activities: number;
  /** Entries of one year, deleted ones and drafts too. */
  readonly moods: number;
  readonly assessments: number;
  readonly logs: number;
  /** Over how many days before the end of a year its entries are spread; all of it where nothing is said. */
  readonly days?: number;
  /** What share of the entries is in the Trash. */
  readonly deleted: number;
}

/** Ten of these years are 50,000 moods, 2,000 assessments and 40,000 logs. */
export const HEAVY: Life = {
  seed: 20_250_615,
  activities: 60,
  moods: 5_000,
  assessments: 200,
  logs: 4_000,
  deleted: 0.03,
};

/** Takes in one record; `deletedAt` is null while it is alive. */
export type Keep = <K extends EntityKind>(kind: K, entity: Entity<K>, deletedAt?: number | null) => void;

/** A UUIDv7 of this moment. */
export const idAt = (ms: number, chance: () => number): string => {
  const hex = (digits: number): string =>
    Math.floor(chance() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const time = ms.toString(16).padStart(12, '0');
  const variant = (8 + Math.floor(chance() * 4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(6)}${hex(6)}`;
};
