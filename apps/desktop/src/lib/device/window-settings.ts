/** What belongs to this computer alone; the host keeps it in a file of the data folder. */
export interface HelpContact {
  readonly name: string;
  readonly number: string;
  readonly note: string;
}

export interface WindowSettings {
  readonly theme: 'system' | 'light' | 'dark';
  /** Whether single keys act outside of fields (N, M, ?, 1-7). */
  readonly shortcuts: boolean;
  /** Whether reminders and sync go on after the window is closed. */
  readonly background: boolean;
  readonly first_run_done: boolean;
  /** Whether a questionnaire shows all its questions at once; null for by the width of the window. */
  readonly questions_on_one_page: boolean | null;
  /** After so long without use the app locks itself; null for never. */
  readonly lock_after_minutes: number | null;
  readonly help_contacts: readonly HelpContact[];
}
