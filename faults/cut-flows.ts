/** The main flows of a device, as a person does them, and what the person does where one was cut short. */
import type { HostedDevice } from '../apps/desktop/host/open-device.ts';

export type DeviceFlow = 'check-in' | 'import' | 'sync' | 'change of keys';

/** What was answered: an entry with the notes it has then, and whether it is in the Trash. */
export interface Told {
  readonly id: string;
  readonly notes: string;
  readonly isDeleted?: boolean;
}

interface Doing {
  readonly device: HostedDevice['device'];
  readonly tell: (told: Told) => void;
  /** What is imported. */
  readonly file: string;
}

interface Flow {
  /** What has to be there first; it is not cut. */
  readonly prepare?: (doing: Doing) => Promise<unknown>;
  readonly act: (doing: Doing) => Promise<unknown>;
  /** Where it is not the same again. */
  readonly again?: (doing: Doing) => Promise<unknown>;
}

export const runOn = async (
  device: HostedDevice['device'],
  command: string,
  input: object = {},
): Promise<unknown> => {
  const answer = await device.call(command, input);
  if ('error' in answer) throw new Error(`${command} was refused: ${answer.error.type}`);
  return answer.value;
};

const log = async ({ device, tell }: Doing): Promise<string> => {
  const notes = 'as written';
  const { id } = (await runOn(device, 'log_mood', { mood_rating: 4, notes })) as { readonly id: string };
  tell({ id, notes });
  return id;
};

const changeKeys = async ({ device }: Doing): Promise<void> => {
  const { recovery_phrase, confirm_positions } = (await runOn(device, 'change_keys')) as {
    readonly recovery_phrase: string;
    readonly confirm_positions: readonly number[];
  };
  const words = recovery_phrase.split(' ');
  const asked = confirm_positions.map((position) => [String(position), words[position - 1]]);
  await runOn(device, 'confirm_recovery_phrase', { words: Object.fromEntries(asked) as object });
};

const syncNow = ({ device }: Doing) => runOn(device, 'sync_now');

export const flows: Readonly<Record<DeviceFlow, Flow>> = {
  'check-in': {
    act: async (doing) => {
      const id = await log(doing);
      await runOn(doing.device, 'update_mood_checkin', { id, notes: 'as edited' });
      doing.tell({ id, notes: 'as edited' });
      await runOn(doing.device, 'delete_mood_checkin', { id });
      doing.tell({ id, notes: 'as edited', isDeleted: true });
    },
  },
  import: { act: ({ device, file }) => runOn(device, 'import_json', { file }) },
  sync: { prepare: log, act: syncNow },
  'change of keys': {
    act: async (doing) => {
      await changeKeys(doing);
      await syncNow(doing);
    },
    again: async (doing) => {
      const { key_change } = (await runOn(doing.device, 'get_sync_status')) as {
        readonly key_change: { readonly phase: string } | null;
      };
      // A phrase that nobody wrote down is replaced by another one.
      if (key_change?.phase === 'waiting for the recovery phrase') await changeKeys(doing);
      await syncNow(doing);
    },
  },
};
