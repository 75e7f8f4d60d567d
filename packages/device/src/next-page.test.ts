/** A history is read page by page: the moment and the id of the last entry of one page lead to the next. */
import { expect, test } from 'vitest';
import { openTestDevice } from './testing.ts';

interface Entry {
  readonly id: string;
  readonly [field: string]: unknown;
}

const histories = [
  { name: 'moods', list: 'get_mood_history', end: 'to_date', moment: 'recorded_at' },
  { name: 'questionnaires', list: 'get_assessment_history', end: 'to_date', moment: 'completed_at' },
  { name: 'logs', list: 'get_activity_logs', end: 'end_date', moment: 'logged_at' },
  {
    name: 'logs of one activity',
    list: 'get_activity_logs',
    end: 'end_date',
    moment: 'logged_at',
    ofOne: true,
  },
];

const openWithEntries = async () => {
  const device = await openTestDevice();
  const create = async (command: string, input: object): Promise<string> =>
    ((await device.run(command, input)) as Entry).id;
  const group_id = await create('create_activity_group', { name: 'Outside' });
  const activity_id = await create('create_activity', { name: 'Walk', group_id, color: null, icon: null });
  // Two of each moment: an end alone would tell one of them twice, or leave one out.
  for (let entry = 0; entry < 7; entry += 1) {
    if (entry % 2 === 0) device.clock.nowMs += 86_400_000;
    await create('log_mood', { mood_rating: 4 });
    await create('log_activity', { activity_id });
    const instrument = entry % 2 === 0 ? 'GAD7' : 'OASIS';
    await create('submit_assessment', {
      instrument,
      responses: instrument === 'GAD7' ? Array(7).fill(1) : Array(5).fill(1),
    });
  }
  return { device, activity_id };
};

test.each(histories)(
  'pages of $name hold every entry once, in order',
  async ({ list, end, moment, ofOne }) => {
    const { device, activity_id } = await openWithEntries();
    const asked = ofOne === true ? { activity_id } : {};
    const whole = (await device.run(list, asked)) as readonly Entry[];
    expect(whole).toHaveLength(7);

    const told: Entry[] = [];
    for (let page = 0; page < 4; page += 1) {
      const last = told.at(-1);
      const from = last === undefined ? {} : { [end]: last[moment], before_id: last.id };
      told.push(...((await device.run(list, { ...asked, ...from, limit: 2 })) as readonly Entry[]));
    }
    expect(told).toEqual(whole);
    device.close();
  },
);

test.each(histories)('an id alone says no place among $name', async ({ list }) => {
  const device = await openTestDevice();
  const before_id = '01977332-9be5-7f55-b98a-df0ef6e8137c';
  expect(await device.refusal(list, { before_id })).toBe('InvalidInput');
  device.close();
});
