/** How a command line calls the device: JSON on standard output, words on standard error, exit code 0 or 1. */
import { commandTable, failureText } from '@mhb/device';
import { createAskToUnlock } from './ask-to-unlock.ts';
import { folderText } from './folder-text.ts';
import { nearestNames } from './nearest-names.ts';
import { type HostedDevice, openHostedDevice } from './open-device.ts';
import { createProgressBar } from './progress-bar.ts';

/** What the commands of the program lean on. */
export interface DeviceCommandDeps {
  /** Opens the device of the folder, or says why it can't, and closes it again. */
  readonly withDevice: (use: (device: HostedDevice) => Promise<void>) => Promise<void>;
  /**
   * Calls one command of the table and prints what it answers, and its words for a person where it has some.
   * `undefined` as input is what was not JSON.
   */
  readonly answer: (
    device: HostedDevice,
    name: string,
    input: unknown,
    words?: (value: unknown) => string,
  ) => Promise<void>;
  readonly print: (value: unknown) => void;
}

export interface GlobalOptions {
  readonly dataDir: string;
  readonly progress?: true;
}

export const useDevice = (options: () => GlobalOptions): DeviceCommandDeps => ({
  withDevice: withDevice(options),
  answer,
  print,
});

const withDevice =
  (options: () => GlobalOptions): DeviceCommandDeps['withDevice'] =>
  async (use) => {
    const { dataDir, progress: fromTheStart = false } = options();
    const progress = createProgressBar({ nowMs: () => performance.now(), fromTheStart });
    const opened = await openHostedDevice({
      dataDir,
      onProgress: progress.onProgress,
      askToUnlock: createAskToUnlock(),
    });
    if (!opened.ok) {
      const message = folderText(opened.error, dataDir) ?? failureText(opened.error);
      fail({ error: { ...opened.error, message } }, message);
      return;
    }
    const { device } = opened.value;
    const call: typeof device.call = async (name, input) => {
      const given = await device.call(name, input);
      // Before anything is printed, so that the two don't run into each other.
      progress.stop();
      return given;
    };
    try {
      await use({ ...opened.value, device: { ...device, call } });
    } finally {
      progress.stop();
      opened.value.close();
    }
  };

const answer: DeviceCommandDeps['answer'] = async ({ device }, name, input, words) => {
  const given = input === undefined ? undefined : await device.call(name, input);
  if (given === undefined) {
    const message = failureText({ type: 'InvalidJson' });
    fail({ error: { type: 'InvalidJson', message } }, message);
  } else if ('error' in given) {
    const message = [given.error.message, ...suggestion(given.error.type, name)].join(' ');
    fail({ error: { ...given.error, message } }, message);
  } else {
    print(given);
    if (words !== undefined) process.stderr.write(`mhb: ${words(given.value)}\n`);
  }
};

const suggestion = (type: string, name: string): readonly string[] => {
  const nearest = type === 'UnknownCommand' ? nearestNames(name, Object.keys(commandTable)) : undefined;
  return nearest === undefined ? [] : [`Did you mean ${nearest}?`];
};

export const print = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

/** The refusal as JSON, its sentence for a person, and exit code 1. */
export const fail = (value: unknown, message: string): void => {
  print(value);
  process.stderr.write(`mhb: ${message}\n`);
  process.exitCode = 1;
};
