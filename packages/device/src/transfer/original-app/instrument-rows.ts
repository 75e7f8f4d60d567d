/** Which questionnaire an integer id of the original app means. Its code counts: the ids may differ from file to file. */
import { InstrumentCode } from '@mhb/core-domain';
import type { RowFate } from './report.ts';
import type { FoundRows } from './tables.ts';

export type InstrumentById = ReadonlyMap<number, InstrumentCode>;

/** The ids of a new file, for one whose own table is damaged. */
const SEEDED: InstrumentById = new Map([
  [1, 'PHQ9'],
  [2, 'GAD7'],
  [3, 'CESD'],
  [4, 'OASIS'],
]);

export interface Instruments {
  readonly instrumentById: InstrumentById;
  readonly fates: readonly RowFate[];
  readonly notes: readonly string[];
}

export const readInstruments = ({ rows, isDamaged, isMissing }: FoundRows): Instruments => {
  const found = new Map<number, InstrumentCode>();
  const fates = rows.map(({ id, code }): RowFate => {
    const instrument = InstrumentCode.safeParse(code);
    if (!instrument.success)
      return { row: id, reason: 'it is a questionnaire that is not known here', notes: [] };
    found.set(id, instrument.data);
    return { row: id, notes: [] };
  });
  const isWhole = !isDamaged && !isMissing;
  const taken = new Set(found.values());
  const rest = isWhole ? [] : [...SEEDED].filter(([id, code]) => !found.has(id) && !taken.has(code));
  return {
    instrumentById: new Map([...found, ...rest]),
    fates,
    notes: rest.map(() => 'its row could not be read; the id it has in every new file was taken'),
  };
};

export const UNKNOWN_INSTRUMENT = 'its questionnaire is not known here';
