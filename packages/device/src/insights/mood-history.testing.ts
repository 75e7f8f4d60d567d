/** Check-ins as a person makes them who travels: each at its own moment, in the zone the person is in just then. */
import { join } from 'node:path';
import { inFile, openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';

export interface CheckIn {
  /** When it is entered. */
  readonly at: string;
  readonly time_zone?: string;
  readonly mood_rating: number;
  readonly activity_ids?: readonly string[];
  /** How long before `at` it was, in minutes. */
  readonly minutesBack?: number;
}

export interface Traveller {
  readonly device: TestDevice;
  readonly databasePath: string;
  /** Enters it and answers its id. */
  readonly checkIn: (checkIn: CheckIn) => Promise<string>;
  /** Several, an hour apart, the last one an hour before now. */
  readonly checkInAll: (ratings: readonly number[], activityIds?: readonly string[]) => Promise<void>;
  readonly newActivity: (name: string) => Promise<string>;
  /** As if these check-ins had come from a program with another scale. */
  readonly setScale: (ids: readonly string[], scale: string) => void;
}

const HOUR_MS = 3_600_000;

export const openTraveller = async (now = '2025-03-10T12:00:00Z'): Promise<Traveller> => {
  const databasePath = join(temporaryFolder(), 'device.db');
  const device = await openTestDevice({ now, databasePath, timeZone: 'UTC' });
  const group_id = await created(device, 'create_activity_group', { name: 'Outside' });

  const checkIn = async ({ at, time_zone = 'UTC', minutesBack = 0, ...words }: CheckIn): Promise<string> => {
    const { nowMs } = device.clock;
    device.clock.timeZone = time_zone;
    device.clock.nowMs = Date.parse(at);
    const recorded_at = new Date(device.clock.nowMs - minutesBack * 60_000).toISOString();
    const id = await created(device, 'log_mood', { ...words, recorded_at });
    device.clock.nowMs = nowMs;
    return id;
  };

  return {
    device,
    databasePath,
    checkIn,
    checkInAll: async (ratings, activity_ids = []) => {
      for (const [index, mood_rating] of ratings.entries()) {
        const at = new Date(Date.parse(now) - (ratings.length - index) * HOUR_MS).toISOString();
        await checkIn({ at, mood_rating, activity_ids });
      }
    },
    newActivity: (name) => created(device, 'create_activity', { name, group_id }),
    setScale: (ids, scale) => {
      const list = ids.map((id) => `'${id}'`).join(', ');
      inFile(databasePath, `update mood_entry set mood_scale = '${scale}' where id in (${list})`);
    },
  };
};

const created = async (device: TestDevice, command: string, input: object): Promise<string> =>
  ((await device.run(command, input)) as { readonly id: string }).id;
