/**
 * The device behind a window: it opens when it is unlocked, syncs and reminds while it is open, steps aside for other
 * commands in the folder and comes back, and locks again.
 *
 *   opening ──► ready ──lock──► locked ──unlock──► ready
 *      │                          ▲
 *      ├──encrypted───────────────┘
 *      └──► failed ──the folder is free again, or retried──► ready
 */
import { entityKinds } from '@mhb/core-domain';
import {
  type CommandAnswer,
  type DataFolderFailure,
  type Failure,
  failureText,
  type LoopState,
  type Notifier,
  type Progress,
  type Reminder,
  type UnlockWith,
} from '@mhb/device';
import { folderText } from '../folder-text.ts';
import { type HostedDevice, isLocked, openHostedDevice, type Opening } from '../open-device.ts';
import { stayInFolder } from '../stay-in-folder.ts';
import { isOpenedByWords, passphraseAfter, tellsOfSync } from './after-command.ts';
import { CallGate } from './call-gate.ts';
import { openPatiently } from './open-patiently.ts';

export interface DeviceState {
  readonly phase: 'opening' | 'locked' | 'ready' | 'failed';
  readonly failure?: { readonly type: string; readonly message: string };
  readonly sync: LoopState | null;
}

export interface WindowDeviceDeps {
  readonly dataDir: string;
  readonly wakeIn: (ms: number, callback: () => void) => () => void;
  readonly nowMs: () => number;
  readonly notifier: Notifier;
  readonly passphraseCost?: Opening['passphraseCost'];
  readonly onState: (state: DeviceState) => void;
  /** Kinds of records, or `sync` and `encryption`. */
  readonly onChanged: (kinds: readonly string[]) => void;
  readonly onProgress: (progress: Progress) => void;
  /** Whether a page is there to show it. */
  readonly onReminder: (reminder: Reminder) => boolean;
}

/** How long a call waits for another command to be done with the folder. */
export const CALL_WAITS_MS = 8_000;
const ENDS_WITHIN_MS = 5_000;

type Answer = CommandAnswer;

export class WindowDevice {
  readonly #deps: WindowDeviceDeps;
  readonly #gate: CallGate;
  #state: DeviceState = { phase: 'opening', sync: null };
  #unlockWith: UnlockWith | undefined;
  #stay: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  /** Locking and unlocking come one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: WindowDeviceDeps) {
    this.#deps = deps;
    this.#gate = new CallGate(deps);
  }

  get state(): DeviceState {
    return this.#state;
  }

  /** Resolves when it is open, or can't be opened. */
  async start(): Promise<void> {
    await this.#inTurn(() => this.#open());
  }

  /** Waits while another command is in the folder. Never throws over what was given to it. */
  async call(name: string, input: unknown): Promise<Answer> {
    const { phase, failure } = this.#state;
    if (phase === 'locked' || phase === 'failed')
      return { error: failure ?? { type: 'Locked', message: failureText({ type: 'Locked' }) } };
    const answer = await this.#gate.use((device) => device.call(name, input), { waitMs: CALL_WAITS_MS });
    if (answer === undefined) return refusal({ type: 'FolderInUse' });
    if (!('error' in answer)) this.#heed(name, input);
    return answer;
  }

  unlock(unlockWith: UnlockWith | undefined): Promise<Answer> {
    return this.#inTurn(async () => {
      if (this.#state.phase === 'ready') return { value: null };
      await this.#end();
      const failure = await this.#open(unlockWith);
      return failure === undefined ? { value: null } : { error: this.#spoken(failure) };
    });
  }

  /** Only where a person can unlock it again by something they know. */
  lock(): Promise<Answer> {
    return this.#inTurn(async () => {
      if (this.#state.phase === 'locked') return { value: null };
      const status = await this.call('get_encryption_status', {});
      if ('error' in status) return status;
      if (!isOpenedByWords(status.value))
        return { error: { type: 'NothingToLock', message: NOTHING_TO_LOCK } };
      await this.#end();
      this.#fail({ type: 'Locked' });
      return { value: null };
    });
  }

  async stop(): Promise<void> {
    // Whoever waits for the folder is told first, or the turn would not come.
    this.#stay?.abort.abort();
    await this.#inTurn(() => this.#end());
  }

  /** `undefined` once it is open, or was told to stop. Where the folder is in use, it goes on trying. */
  #open(unlockWith?: UnlockWith): Promise<Failure | undefined> {
    const { promise: begun, resolve } = Promise.withResolvers<Failure | undefined>();
    const abort = new AbortController();
    this.#unlockWith = unlockWith;
    const ended = stayInFolder({
      dataDir: this.#deps.dataDir,
      stopped: abort.signal,
      open: () => this.#tryToOpen(abort.signal, resolve),
      whileOpen: async (hosted, left) => {
        const leave = this.#serve(hosted);
        resolve(undefined);
        await left;
        await leave();
      },
    }).then((failure) => {
      if (failure !== undefined && !abort.signal.aborted) this.#fail(failure);
      resolve(failure);
    });
    this.#stay = { abort, ended };
    return begun;
  }

  #tryToOpen(stopped: AbortSignal, onInUse: (failure: Failure) => void): ReturnType<typeof openHostedDevice> {
    const { dataDir, passphraseCost, onProgress, nowMs } = this.#deps;
    return openPatiently({
      stopped,
      open: (patience) =>
        openHostedDevice({
          dataDir,
          onProgress,
          nowMs,
          unlockWith: this.#unlockWith,
          ...patience,
          ...(passphraseCost === undefined ? {} : { passphraseCost }),
        }),
      onInUse: (failure) => {
        this.#fail(failure);
        onInUse(failure);
      },
    });
  }

  /** Returns how to leave it. */
  #serve({ device }: HostedDevice): () => Promise<void> {
    const { wakeIn, onChanged } = this.#deps;
    for (const kind of entityKinds)
      device.onChange([kind], () => {
        onChanged([kind]);
      });
    const onState = (sync: LoopState): void => {
      this.#set({ phase: 'ready', sync });
      onChanged(['sync']);
    };
    const stops = [
      device.startReminders({ wakeIn, notifier: this.#notifier() }),
      device.startSync({ wakeIn, onState }),
    ];
    this.#set({ phase: 'ready', sync: this.#state.sync });
    this.#gate.open(device);
    // What another command wrote meanwhile, nobody has told.
    onChanged([...entityKinds, 'sync', 'encryption']);
    return async () => {
      await this.#gate.shut(ENDS_WITHIN_MS);
      for (const stop of stops) stop();
    };
  }

  /** On the desktop, and in a page where one is open. */
  #notifier(): Notifier {
    const { notifier, onReminder } = this.#deps;
    return {
      notify: async (reminder) => {
        const isInPage = onReminder(reminder);
        const onDesktop = await notifier.notify(reminder).catch(() => 'not_shown' as const);
        return isInPage ? 'shown' : onDesktop;
      },
    };
  }

  /** After a command was done: what opens the device next time, and what no record's change tells. */
  #heed(name: string, input: unknown): void {
    if (name in passphraseAfter) {
      this.#unlockWith = passphraseAfter[name]?.(input);
      this.#deps.onChanged(['encryption']);
    }
    if (tellsOfSync.has(name)) this.#deps.onChanged(['sync']);
  }

  async #end(): Promise<void> {
    const stay = this.#stay;
    this.#stay = undefined;
    this.#unlockWith = undefined;
    stay?.abort.abort();
    this.#gate.turnAway();
    await stay?.ended;
  }

  #fail(failure: Failure | DataFolderFailure): void {
    const phase = isLocked(failure) ? 'locked' : 'failed';
    this.#set({ phase, failure: this.#spoken(failure), sync: null });
    this.#gate.turnAway();
  }

  #spoken(failure: Failure | DataFolderFailure): { readonly type: string; readonly message: string } {
    const message = folderText(failure, this.#deps.dataDir) ?? failureText(failure);
    return { ...failure, message };
  }

  #set(state: DeviceState): void {
    this.#state = state;
    this.#deps.onState(state);
  }

  #inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

const NOTHING_TO_LOCK = 'No passphrase protects these entries, so there is nothing to lock.';

const refusal = (failure: Failure): Answer => ({ error: { ...failure, message: failureText(failure) } });
