/** The words of the mood scale as sentences use them; the domain's labels are their source (a test compares). */
export const moodWords = ['Terrible', 'Very bad', 'Bad', 'Ok', 'Good', 'Very good', 'Excellent'] as const;

export const MOOD_MAX = moodWords.length;

/** For a rating from 1 to 7. */
export const moodWord = (rating: number): string => moodWords[rating - 1] ?? '';
