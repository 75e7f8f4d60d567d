/**
 * The published wording of the questionnaires: a changed word makes another instrument, so nothing here is edited
 * for style. Wording of the OASIS: oasis-questions.ts. Sources: instruments.ts.
 */
import { z } from 'zod';

export const Question = z
  .strictObject({
    number: z.int().min(1).describe('Counted from 1, as on paper.'),
    text: z.string(),
    options: z
      .array(z.string())
      .readonly()
      .describe(
        'The answers to choose from; the place in the list, counted from 0, is the value of an answer.',
      ),
  })
  .readonly();
export type Question = z.infer<typeof Question>;

const questionsOf = (options: readonly string[], texts: readonly string[]): readonly Question[] =>
  texts.map((text, index) => ({ number: index + 1, text, options }));

export const TWO_WEEKS_INSTRUCTION =
  'Over the last 2 weeks, how often have you been bothered by any of the following problems?';

const howOften = ['Not at all', 'Several days', 'More than half the days', 'Nearly every day'];

export const phq9Questions = questionsOf(howOften, [
  'Little interest or pleasure in doing things',
  'Feeling down, depressed, or hopeless',
  'Trouble falling or staying asleep, or sleeping too much',
  'Feeling tired or having little energy',
  'Poor appetite or overeating',
  'Feeling bad about yourself - or that you are a failure or have let yourself or your family down',
  'Trouble concentrating on things, such as reading the newspaper or watching television',
  'Moving or speaking so slowly that other people could have noticed. Or the opposite - being so fidgety or ' +
    'restless that you have been moving around a lot more than usual',
  'Thoughts that you would be better off dead, or of hurting yourself in some way',
]);

/** Asked at the end of the PHQ-9. It does not count towards the score. */
export const phq9FunctionalQuestion: Question = {
  number: 10,
  text:
    'If you checked off any problems, how difficult have these problems made it for you to do your work, take ' +
    'care of things at home, or get along with other people?',
  options: ['Not difficult at all', 'Somewhat difficult', 'Very difficult', 'Extremely difficult'],
};

export const gad7Questions = questionsOf(howOften, [
  'Feeling nervous, anxious, or on edge',
  'Not being able to stop or control worrying',
  'Worrying too much about different things',
  'Trouble relaxing',
  'Being so restless that it is hard to sit still',
  'Becoming easily annoyed or irritable',
  'Feeling afraid, as if something awful might happen',
]);

export const CESD_INSTRUCTION =
  'Below is a list of the ways you might have felt or behaved. Please tell me how often you have felt this way ' +
  'during the past week.';

const howManyDays = [
  'Rarely or none of the time (less than 1 day)',
  'Some or a little of the time (1-2 days)',
  'Occasionally or a moderate amount of time (3-4 days)',
  'Most or all of the time (5-7 days)',
];

export const cesdQuestions = questionsOf(howManyDays, [
  "I was bothered by things that usually don't bother me",
  'I did not feel like eating; my appetite was poor',
  'I felt that I could not shake off the blues even with help from my family or friends',
  'I felt that I was just as good as other people',
  'I had trouble keeping my mind on what I was doing',
  'I felt depressed',
  'I felt that everything I did was an effort',
  'I felt hopeful about the future',
  'I thought my life had been a failure',
  'I felt fearful',
  'My sleep was restless',
  'I was happy',
  'I talked less than usual',
  'I felt lonely',
  'People were unfriendly',
  'I enjoyed life',
  'I had crying spells',
  'I felt sad',
  'I felt that people dislike me',
  'I could not get going',
]);
