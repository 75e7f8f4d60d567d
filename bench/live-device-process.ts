/**
 * A real device with its sync loop running, in a process of its own: opens the data folder, turns sync on, and from then
 * on runs the commands it is told to and says when it shows what it was told to look for. Times are those of the
 * system's steady clock, which is one for all processes.
 */
import { callDevice, openBenchDevice, wordsAsked } from './bench-device.ts';

export interface LiveDevice {
  readonly dataDir: string;
  readonly url: string;
  readonly apiKey: string;
  /** Of an account that has one. */
  readonly phrase: string | null;
}

export type Asked =
  | { readonly number: number; readonly call: string; readonly input: unknown }
  /** Until a check-in's note is this one. */
  | { readonly number: number; readonly lookFor: string; readonly notes: string };

export type Told =
  | { readonly listening: true; readonly phrase: string | null }
  | { readonly number: number; readonly beganMs: number; readonly endedMs: number; readonly value: unknown };

const given = JSON.parse(process.argv[2] ?? '') as LiveDevice;
const tell = (told: Told): void => {
  process.send?.(told);
};
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

const { device, close } = await openBenchDevice(given.dataDir);
const turnOn = async (): Promise<string | null> => {
  const account = { url: given.url, api_key: given.apiKey };
  if (given.phrase !== null) {
    await callDevice(device, 'enable_sync', { ...account, recovery_phrase: given.phrase });
    return null;
  }
  const shown = await callDevice<Parameters<typeof wordsAsked>[0]>(device, 'enable_sync', account);
  await callDevice(device, 'confirm_recovery_phrase', { words: wordsAsked(shown) });
  return shown.recovery_phrase;
};

const lookedFor = new Map<string, Extract<Asked, { readonly lookFor: string }>>();
const look = async (asked: Extract<Asked, { readonly lookFor: string }>): Promise<void> => {
  const { number, lookFor, notes } = asked;
  const beganMs = nowMs();
  const answer = await device.call('get_mood_checkin', { id: lookFor });
  // Refused while it is not there yet.
  const shown = 'error' in answer ? undefined : (answer.value as { readonly notes: string | null }).notes;
  if (shown !== notes || !lookedFor.delete(lookFor)) return;
  tell({ number, beganMs, endedMs: nowMs(), value: notes });
};
device.onChange(['mood_entry'], () => {
  for (const asked of lookedFor.values()) void look(asked);
});

process.on('message', (asked: Asked) => {
  if ('lookFor' in asked) {
    lookedFor.set(asked.lookFor, asked);
    void look(asked);
    return;
  }
  const beganMs = nowMs();
  void callDevice(device, asked.call, asked.input).then((value) => {
    tell({ number: asked.number, beganMs, endedMs: nowMs(), value });
  });
});
process.on('disconnect', () => {
  close();
  process.exit(0);
});

const phrase = await turnOn();
await new Promise<void>((resolve) => {
  device.startSync({
    wakeIn: (ms, callback) => {
      // A timer takes a millisecond at least, and what comes at once is to come at once.
      if (ms === 0) {
        const immediate = setImmediate(callback);
        return () => {
          clearImmediate(immediate);
        };
      }
      const timer = setTimeout(callback, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    typingPauseMs: 0,
    onState: (state) => {
      if (state === 'listening') resolve();
    },
  });
});
tell({ listening: true, phrase });
