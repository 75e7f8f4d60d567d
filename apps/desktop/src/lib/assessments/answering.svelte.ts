/** A questionnaire that is being filled in: its answers, where the person is, and its draft on the device. */
import { needsHelpNotice, UNANSWERED } from '@mhb/core-domain';
import type { AnswerOf, Refusal } from '@mhb/device';
import type { WindowDevice } from '../device/window-device.svelte.ts';

export type Questionnaire = AnswerOf<'get_assessment_questions'>;

/** The most that any questionnaire counts its answers to. */
export const OPTION_LAST = 4;

export class Answering {
  readonly questionnaire: Questionnaire;
  readonly #device: WindowDevice;
  answers = $state<number[]>([]);
  /** The index of the question that is shown; the number of questions for the review. */
  at = $state(0);
  notes = $state('');
  problem = $state.raw<Refusal>();
  isBusy = $state(false);
  #saved = '';

  constructor(
    device: WindowDevice,
    questionnaire: Questionnaire,
    draft?: AnswerOf<'get_draft_assessments'>[number],
  ) {
    this.#device = device;
    this.questionnaire = questionnaire;
    this.answers = draft ? [...draft.responses] : questionnaire.questions.map(() => UNANSWERED);
    this.notes = draft?.notes ?? '';
    const firstOpen = this.answers.indexOf(UNANSWERED);
    this.at = draft === undefined ? 0 : firstOpen === -1 ? this.answers.length : firstOpen;
    this.#saved = this.#text;
  }

  /** Numbers of the questions without an answer, from 1. */
  get open(): readonly number[] {
    return this.answers.flatMap((answer, index) => (answer === UNANSWERED ? [index + 1] : []));
  }

  get isReview(): boolean {
    return this.at >= this.answers.length;
  }

  /** Whether PHQ-9's question about being better off dead was answered with anything but "not at all". */
  get needsCare(): boolean {
    return needsHelpNotice({ instrument: this.questionnaire.instrument, responses: this.answers });
  }

  readonly answer = (index: number, option: number): void => {
    this.answers[index] = option;
    void this.keep();
  };

  readonly go = (at: number): void => {
    this.at = Math.max(0, Math.min(this.answers.length, at));
  };

  /** Saves the draft where something was answered that it does not hold yet. */
  readonly keep = async (): Promise<void> => {
    const text = this.#text;
    if (text === this.#saved || this.open.length === this.answers.length || this.isBusy) return;
    this.#saved = text;
    const { error } = await this.#send('draft');
    // Leaving is not stopped by a disk that is full; the next answer tries again, and says so.
    if (error) this.#saved = '';
    this.problem = error;
  };

  /** The id of the completed one, or nothing where `problem` says why. */
  readonly submit = async (completedAt: string | null): Promise<string | undefined> => {
    this.isBusy = true;
    const { value, error } = await this.#send('completed', completedAt);
    this.isBusy = false;
    this.problem = error;
    return value?.id;
  };

  get #text(): string {
    return JSON.stringify([this.answers, this.notes]);
  }

  #send(status: 'completed' | 'draft', completed_at: string | null = null) {
    return this.#device.call('submit_assessment', {
      instrument: this.questionnaire.instrument,
      responses: [...this.answers],
      notes: this.notes.trim() === '' ? null : this.notes,
      status,
      ...(completed_at === null ? {} : { completed_at }),
    });
  }
}
