/**
 * The four questionnaires with their published facts. What is called clinical here has a source beside it; what
 * has none says so (`bands_validated: false`).
 */
import type { Band, Instrument, Severity } from './instrument.ts';
import type { InstrumentCode } from './instrument-code.ts';
import { OASIS_INSTRUCTION, oasisQuestions } from './oasis-questions.ts';
import {
  CESD_INSTRUCTION,
  cesdQuestions,
  gad7Questions,
  phq9FunctionalQuestion,
  phq9Questions,
  TWO_WEEKS_INSTRUCTION,
} from './questions.ts';

const KROENKE_2001 =
  'Kroenke K, Spitzer RL, Williams JBW. The PHQ-9: validity of a brief depression severity measure. ' +
  'J Gen Intern Med 2001;16:606-613.';
const SPITZER_2006 =
  'Spitzer RL, Kroenke K, Williams JBW, Löwe B. A brief measure for assessing generalized anxiety disorder: the ' +
  'GAD-7. Arch Intern Med 2006;166:1092-1097.';
const RADLOFF_1977 =
  'Radloff LS. The CES-D Scale: a self-report depression scale for research in the general population. ' +
  'Appl Psychol Meas 1977;1:385-401.';
const NORMAN_2006 =
  'Norman SB, Hami Cissell S, Means-Christensen AJ, Stein MB. Development and validation of an Overall Anxiety ' +
  'Severity And Impairment Scale (OASIS). Depress Anxiety 2006;23:245-249.';
const CAMPBELL_SILLS_2009 =
  'Campbell-Sills L, Norman SB, Craske MG, et al. Validation of a brief measure of anxiety-related severity and ' +
  'impairment: the Overall Anxiety Severity and Impairment Scale (OASIS). J Affect Disord 2009;112:92-101.';
const NORMAN_2011 =
  'Norman SB, Campbell-Sills L, Hitchcock CA, et al. Psychometrics of a brief measure of anxiety to detect ' +
  'severity and impairment: the OASIS. J Psychiatr Res 2011;45:262-268.';

const PFIZER_ATTRIBUTION =
  'Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational ' +
  'grant from Pfizer Inc. No permission required to reproduce, translate, display or distribute.';

/** Bands from the highest total of each: the next begins one point above. */
const bandsUpTo = (uppers: readonly (readonly [Severity, number])[]): readonly Band[] =>
  uppers.map(([severity, scoreMax], index) => ({
    severity,
    score_min: (uppers[index - 1]?.[1] ?? -1) + 1,
    score_max: scoreMax,
  }));

export const instruments: Readonly<Record<InstrumentCode, Instrument>> = {
  PHQ9: {
    instrument: 'PHQ9',
    name: 'Patient Health Questionnaire-9',
    short_name: 'PHQ-9',
    display_name: 'PHQ-9 (Depression)',
    description: 'Depression screening tool',
    instruction: TWO_WEEKS_INSTRUCTION,
    time_frame: 'the last 2 weeks',
    questions: phq9Questions,
    functional_question: phq9FunctionalQuestion,
    question_count: 9,
    answer_max: 3,
    score_min: 0,
    score_max: 27,
    reversed_questions: [],
    bands: bandsUpTo([
      ['minimal', 4],
      ['mild', 9],
      ['moderate', 14],
      ['moderately_severe', 19],
      ['severe', 27],
    ]),
    bands_validated: true,
    bands_source: 'Kroenke 2001',
    cut_off: 10,
    cut_off_source: 'Kroenke 2001',
    yardstick: { points: 5, percent: 0, source: 'usual for the PHQ-9' },
    attribution: PFIZER_ATTRIBUTION,
    sources: [KROENKE_2001],
  },
  GAD7: {
    instrument: 'GAD7',
    name: 'Generalized Anxiety Disorder-7',
    short_name: 'GAD-7',
    display_name: 'GAD-7 (Anxiety)',
    description: 'Anxiety screening tool',
    instruction: TWO_WEEKS_INSTRUCTION,
    time_frame: 'the last 2 weeks',
    questions: gad7Questions,
    functional_question: null,
    question_count: 7,
    answer_max: 3,
    score_min: 0,
    score_max: 21,
    reversed_questions: [],
    bands: bandsUpTo([
      ['minimal', 4],
      ['mild', 9],
      ['moderate', 14],
      ['severe', 21],
    ]),
    bands_validated: true,
    bands_source: 'Spitzer 2006',
    cut_off: 10,
    cut_off_source: 'Spitzer 2006',
    yardstick: { points: 4, percent: 0, source: 'usual for the GAD-7' },
    attribution: PFIZER_ATTRIBUTION,
    sources: [SPITZER_2006],
  },
  CESD: {
    instrument: 'CESD',
    name: 'Center for Epidemiologic Studies Depression Scale',
    short_name: 'CES-D',
    display_name: 'CES-D (Depression)',
    description: 'Depression assessment',
    instruction: CESD_INSTRUCTION,
    time_frame: 'the past week',
    questions: cesdQuestions,
    functional_question: null,
    question_count: 20,
    answer_max: 3,
    score_min: 0,
    score_max: 60,
    reversed_questions: [4, 8, 12, 16],
    bands: bandsUpTo([
      ['minimal', 15],
      ['mild', 21],
      ['moderate', 36],
      ['severe', 60],
    ]),
    bands_validated: false,
    bands_source: 'descriptive, taken over from the earlier app; only the cut-off is published',
    cut_off: 16,
    cut_off_source: 'Radloff 1977',
    yardstick: { points: 3, percent: 20, source: "this app's choice" },
    attribution:
      'Developed by Lenore S. Radloff at the Center for Epidemiologic Studies, National Institute of Mental Health. ' +
      'In the public domain.',
    sources: [RADLOFF_1977],
  },
  OASIS: {
    instrument: 'OASIS',
    name: 'Overall Anxiety Severity and Impairment Scale',
    short_name: 'OASIS',
    display_name: 'OASIS (Anxiety)',
    description: 'Anxiety assessment',
    instruction: OASIS_INSTRUCTION,
    time_frame: 'the past week',
    questions: oasisQuestions,
    functional_question: null,
    question_count: 5,
    answer_max: 4,
    score_min: 0,
    score_max: 20,
    reversed_questions: [],
    bands: bandsUpTo([
      ['minimal', 7],
      ['moderate', 14],
      ['severe', 20],
    ]),
    bands_validated: false,
    bands_source: 'descriptive, taken over from the earlier app; only the cut-off is published',
    cut_off: 8,
    cut_off_source: 'Campbell-Sills 2009, Norman 2011',
    yardstick: { points: 5, percent: 0, source: 'reliable change, German OASIS-D (Sci Rep 2023)' },
    attribution: 'Developed by Sonya B. Norman, Murray B. Stein and colleagues.',
    sources: [NORMAN_2006, CAMPBELL_SILLS_2009, NORMAN_2011],
  },
};
