/** The names of activities and groups by id, those of deleted ones too, kept in step with the device. */
import type { WindowDevice } from '../device/window-device.svelte.ts';
import { liveCall } from '../device/live-query.svelte.ts';

export const nameMap = (device: WindowDevice): { readonly current: ReadonlyMap<string, string> } => {
  const all = { include_deleted: true };
  const activities = liveCall(device, ['activity'], 'get_activities', all);
  const groups = liveCall(device, ['activity_group'], 'get_activity_groups', all);
  const names = $derived(
    new Map<string, string>(
      [...(groups.current ?? []), ...(activities.current ?? [])].map(({ id, name }) => [id, name] as const),
    ),
  );
  return {
    get current() {
      return names;
    },
  };
};
