/** A device with a small life in it: every kind of record, edited, deleted, restored, and one from a newer app. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFile, openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';
import type { ImportedJson } from './import-json.ts';

export interface FileDevice extends TestDevice {
  readonly databasePath: string;
}

export const openFileDevice = async (now = '2025-03-10T12:00:00Z'): Promise<FileDevice> => {
  const databasePath = join(temporaryFolder(), 'device.db');
  return { ...(await openTestDevice({ databasePath, now })), databasePath };
};

export const liveALittle = async (device: TestDevice): Promise<void> => {
  const act = async (name: string, input: object): Promise<unknown> => {
    device.clock.nowMs += 60_000;
    return device.run(name, input);
  };
  const made = async (name: string, input: object): Promise<string> =>
    ((await act(name, input)) as { readonly id: string }).id;
  const group = await made('create_activity_group', { name: 'Outside', description: 'in any weather' });
  const walk = await made('create_activity', { group_id: group, name: 'Walk 🚶', color: '#0a0', icon: '🚶' });
  const swim = await made('create_activity', { group_id: group, name: 'Swim' });
  await made('log_activity', { activity_id: walk, notes: 'along the "river",\nslowly' });
  await made('set_activity_goal', {
    activity_id: walk,
    goal_type: 'days_per_period',
    target_value: 3,
    period_days: 7,
  });
  const mood = await made('log_mood', {
    mood_rating: 3,
    activity_ids: [walk, swim],
    notes: '=1+1, said she',
  });
  const gone = await made('log_mood', { mood_rating: 1, notes: 'meant for the Trash' });
  const back = await made('log_mood', { mood_rating: 6 });
  await made('submit_assessment', { instrument: 'PHQ9', responses: [0, 1, 2, 3, 0, 1, 2, 3, 0] });
  await made('submit_assessment', {
    instrument: 'GAD7',
    responses: [0, 1, 2, -1, -1, -1, -1],
    status: 'draft',
  });
  await made('create_schedule', {
    instrument: 'GAD7',
    frequency: 'weekly',
    day_of_week: 1,
    time_of_day: '09:00',
  });
  await act('set_preference', { key: 'day_start', value: '03:00' });
  await act('update_mood_checkin', { id: mood, mood_rating: 5 });
  await act('delete_mood_checkin', { id: gone });
  await act('delete_mood_checkin', { id: back });
  await act('restore', { id: back });
  await act('delete_activity', { id: swim });
};

/** Gives a record of the device a group that this version of the app doesn't know. */
export const addNewerGroup = ({ databasePath }: FileDevice, kind: string): void => {
  inFile(
    databasePath,
    `update record set envelope = replace(envelope, '"groups":{', '"groups":{"aaa":{"name":"1","stamp":"018f3c2a9b4d-0003-9dca8c435bb0779f"},')
      where id = (select min(id) from record where kind = '${kind}')`,
  );
};

/** The path of a new file with this text. */
export const fileWith = (text: string | Uint8Array): string => {
  const path = join(temporaryFolder(), 'export.json');
  writeFileSync(path, text);
  return path;
};

export const importText = async (device: TestDevice, text: string): Promise<ImportedJson> =>
  // What the command answers is the type its function has.
  (await device.run('import_json', { file: fileWith(text) })) as ImportedJson;

export const pendingOf = async (device: TestDevice): Promise<number> =>
  ((await device.run('get_sync_status')) as { readonly pending: number }).pending;
