/** An evening of many people: when each of them opens the app, and what they have written. The same for the same seed. */
import { chanceFrom } from './chance.ts';

export interface Visit {
  /** Since the evening began. */
  readonly atMs: number;
  /** Which account, by its number. */
  readonly account: number;
  /** How many changes are uploaded. */
  readonly changes: number;
  /** Of them, how many write the device's latest record anew: 0 or 1. */
  readonly rewrites: number;
}

/** At its quietest an evening has so much of its peak; between, visits rise and fall with the sine's square. */
const QUIET = 0.15;

export const rateAt = (share: number, peakPerSecond: number): number =>
  peakPerSecond * (QUIET + (1 - QUIET) * Math.sin(Math.PI * share) ** 2);

/** One check-in mostly, a few things at once now and then; a fourth of the visits puts something right. */
export const visitFrom = (chance: () => number, accounts: number): Omit<Visit, 'atMs'> => {
  const kind = chance();
  return {
    account: Math.floor(chance() * accounts),
    changes: kind < 0.6 ? 1 : kind < 0.85 ? 2 : 5,
    rewrites: chance() < 0.25 ? 1 : 0,
  };
};

export interface Evening {
  readonly seed: number;
  readonly seconds: number;
  readonly peakPerSecond: number;
  /** How many there are. */
  readonly accounts: number;
}

/** People come independently of each other: a Poisson process whose rate follows the evening. */
export const eveningOf = ({ seed, seconds, peakPerSecond, accounts }: Evening): readonly Visit[] => {
  const chance = chanceFrom(seed);
  const visits: Visit[] = [];
  let atMs = 0;
  for (;;) {
    atMs += (-Math.log(1 - chance()) / peakPerSecond) * 1_000;
    if (atMs >= seconds * 1_000) return visits;
    // Thinning: of visits at the peak's rate, as many are kept as the hour has.
    const isKept = chance() < rateAt(atMs / (seconds * 1_000), 1);
    if (isKept) visits.push({ atMs, ...visitFrom(chance, accounts) });
  }
};
