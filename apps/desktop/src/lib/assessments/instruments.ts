/** The facts of the questionnaires, asked for once: they change with the app alone. */
import type { AnswerOf } from '@mhb/device';
import { type LiveQuery, liveCall } from '../device/live-query.svelte.ts';
import type { WindowDevice } from '../device/window-device.svelte.ts';

const queries = new WeakMap<WindowDevice, LiveQuery<AnswerOf<'get_assessment_types'>>>();

export const instrumentsOf = (device: WindowDevice): LiveQuery<AnswerOf<'get_assessment_types'>> => {
  const query = queries.get(device) ?? liveCall(device, [], 'get_assessment_types', {});
  queries.set(device, query);
  return query;
};
