/** What somebody began to write in a check-in survives leaving the page, as long as the window is open. */
export interface CheckInDraft {
  mood_rating: number | null;
  activity_ids: readonly string[];
  notes: string;
  /** As a local date and time of the form's field; empty for now. */
  at: string;
}

export const blankDraft = (): CheckInDraft => ({ mood_rating: null, activity_ids: [], notes: '', at: '' });

class Kept {
  draft = $state<CheckInDraft>(blankDraft());
}

/** One window has one unfinished check-in. */
export const kept = new Kept();
