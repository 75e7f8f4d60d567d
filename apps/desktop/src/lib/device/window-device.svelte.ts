/**
 * The device as the page sees it: commands go out, changes come in. The page holds no data of its own; what it shows
 * is asked for again whenever the device says that something of its kind changed.
 */
import type { AnswerOf, CommandName, InputOf, LoopState, Progress, Refusal } from '@mhb/device';
import type { EntityKind } from '@mhb/core-domain';
import { readEvents } from './read-events.ts';
import { Together } from './together.ts';
import type { WindowSettings } from './window-settings.ts';

/** Kinds of records, and what else a page can show: the state of sync, of encryption and of the settings. */
export type Kind = EntityKind | 'sync' | 'encryption' | 'settings';

export type Answer<Value> =
  { readonly value: Value; readonly error?: never } | { readonly error: Refusal; readonly value?: never };

export type Phase = 'opening' | 'locked' | 'ready' | 'failed' | 'closed';

interface HostState {
  readonly phase: Exclude<Phase, 'closed'>;
  readonly failure?: Refusal;
  readonly sync: LoopState | null;
  readonly settings: WindowSettings;
  readonly app: AppFacts;
}

export interface AppFacts {
  readonly version: string;
  /** The folder of this computer in which the entries are. */
  readonly folder: string;
}

/** A questionnaire whose time has come. */
export interface Reminder {
  readonly schedule_id: string;
  readonly instrument: 'CESD' | 'GAD7' | 'OASIS' | 'PHQ9';
}

/** The app answers on this computer, so where nothing answers it is not running. */
const closed: Refusal = {
  type: 'AppClosed',
  message: 'Mental Health Bar is not running any more. Open it again; nothing you saved is lost.',
};
const RECONNECT_MS = 1_000;

export class WindowDevice {
  /** Where the app stands; `closed` where the host does not answer. */
  phase = $state<Phase>('opening');
  failure = $state.raw<Refusal>();
  loop = $state<LoopState | null>(null);
  settings = $state.raw<WindowSettings>();
  app = $state.raw<AppFacts>();
  /** Of what takes longer than a moment, as long as it goes on. */
  progress = $state.raw<Progress>();
  readonly #bearer: string;
  readonly #listeners = new Set<{ readonly kinds: ReadonlySet<Kind>; readonly listener: () => void }>();
  readonly #onReminder: (reminder: Reminder) => void;
  readonly together = new Together();
  /** How often something of a kind was said to have changed; of all kinds where the device has become ready. */
  readonly #revisions = new Map<Kind, number>();
  #timesReady = 0;
  #stopped = new AbortController();

  /** `onReminder` is told what has become due while this page listens. */
  constructor(bearer: string, onReminder: (reminder: Reminder) => void) {
    this.#bearer = bearer;
    this.#onReminder = onReminder;
  }

  /** Runs a command of the device's table. Never throws: where the app has ended, it answers `AppClosed`. */
  readonly call = async <Name extends CommandName>(
    name: Name,
    input: InputOf<Name>,
  ): Promise<Answer<AnswerOf<Name>>> =>
    (await this.#post(`/call/${name}`, JSON.stringify(input))) as Answer<AnswerOf<Name>>;

  /** Opens what a passphrase or the recovery key of twenty-four words locks. */
  readonly unlock = async (
    unlockWith: { readonly passphrase: string } | { readonly recovery_key: string },
  ): Promise<Answer<null>> => (await this.#post('/unlock', JSON.stringify(unlockWith))) as Answer<null>;

  readonly lock = async (): Promise<Answer<null>> => (await this.#post('/lock', '{}')) as Answer<null>;

  readonly quit = async (): Promise<Answer<null>> => (await this.#post('/quit', '{}')) as Answer<null>;

  /** Changes what belongs to this computer and does not follow the person to others. */
  readonly changeSettings = async (changes: Partial<WindowSettings>): Promise<Answer<WindowSettings>> => {
    const answer = (await this.#post('/settings', JSON.stringify(changes))) as Answer<WindowSettings>;
    // What follows from it must not wait for the news of it: a page that opens next reads what holds from now on.
    if (answer.error === undefined) this.settings = answer.value;
    return answer;
  };

  /** Gives the bytes of a file that the person chose to an importing command. */
  readonly importFile = async <Name extends 'import_original' | 'import_json' | 'import_daylio'>(
    name: Name,
    file: Blob,
    input: Omit<InputOf<Name>, 'file'>,
  ): Promise<Answer<AnswerOf<Name>>> =>
    (await this.#post(
      `/import/${name}?input=${encodeURIComponent(JSON.stringify(input))}`,
      file,
      'application/octet-stream',
    )) as Answer<AnswerOf<Name>>;

  /** A whole export as a file to be saved. */
  readonly exportFile = async (name: 'export_json' | 'export_csv'): Promise<Answer<Blob>> => {
    try {
      const response = await fetch(`/export/${name}`, { headers: this.#headers });
      if (response.ok) return { value: await response.blob() };
      return (await response.json()) as Answer<Blob>;
    } catch {
      return { error: closed };
    }
  };

  /** Another number whenever something of these kinds has changed since. */
  readonly revisionOf = (kinds: readonly Kind[]): number =>
    kinds.reduce((sum, kind) => sum + (this.#revisions.get(kind) ?? 0), this.#timesReady);

  /** Calls back after something of these kinds changed. Returns how to stop. */
  readonly onChange = (kinds: readonly Kind[], listener: () => void): (() => void) => {
    const entry = { kinds: new Set(kinds), listener };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  };

  /** Listens until `close`, and again after the app was away. */
  readonly listen = async (): Promise<void> => {
    const { signal } = this.#stopped;
    for (;;) {
      try {
        const response = await fetch('/events', { headers: this.#headers, signal });
        if (response.status === 401) this.#closed();
        if (response.ok && response.body !== null)
          for await (const { event, data } of readEvents(response.body)) this.#take(event, data);
      } catch {
        // The connection broke: the app has ended, or this page is going away.
      }
      if (this.#stopped.signal.aborted) return;
      this.#closed();
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  };

  readonly close = (): void => {
    this.#stopped.abort();
  };

  get #headers(): Readonly<Record<string, string>> {
    return { Authorization: `Bearer ${this.#bearer}` };
  }

  async #post(path: string, body: Blob | string, type = 'application/json'): Promise<Answer<unknown>> {
    try {
      const headers = { ...this.#headers, 'Content-Type': type };
      const response = await fetch(path, { method: 'POST', headers, body });
      return (await response.json()) as Answer<unknown>;
    } catch {
      return { error: closed };
    }
  }

  #closed(): void {
    this.phase = 'closed';
    this.failure = closed;
  }

  #take(event: string, data: unknown): void {
    if (event === 'state') this.#takeState(data as HostState);
    else if (event === 'changed') this.#tell((data as { readonly kinds: readonly Kind[] }).kinds);
    else if (event === 'progress') this.progress = data as Progress;
    else if (event === 'reminder') this.#onReminder(data as Reminder);
  }

  #takeState({ phase, failure, sync, settings, app }: HostState): void {
    const wasReady = this.phase === 'ready';
    this.phase = phase;
    this.failure = failure;
    this.loop = sync;
    this.settings = settings;
    this.app = app;
    // Whatever was asked while the device was away or locked was not answered.
    if (phase !== 'ready' || wasReady) return;
    this.#timesReady += 1;
    for (const { listener } of [...this.#listeners]) listener();
  }

  #tell(kinds: readonly Kind[]): void {
    const changed = new Set(kinds);
    for (const kind of changed) this.#revisions.set(kind, (this.#revisions.get(kind) ?? 0) + 1);
    for (const { kinds: wanted, listener } of [...this.#listeners])
      if (!wanted.isDisjointFrom(changed)) listener();
  }
}
