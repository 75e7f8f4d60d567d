/** The bands' names as sentences use them. */
export type Severity = 'minimal' | 'mild' | 'moderate' | 'moderately_severe' | 'severe';

const words: Readonly<Record<Severity, string>> = {
  minimal: 'Minimal',
  mild: 'Mild',
  moderate: 'Moderate',
  moderately_severe: 'Moderately severe',
  severe: 'Severe',
};

export const severityWord = (severity: Severity): string => words[severity];
