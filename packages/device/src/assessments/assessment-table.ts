/** The questionnaire commands by name. */
import { Instrument } from '@mhb/core-domain';
import { z } from 'zod';
import { ListedAssessment, ListedAssessments, ScoredAssessment } from './scored-assessment.ts';
import { command } from '../command.ts';
import {
  DeleteAssessment,
  deleteAssessment,
  SubmitAssessment,
  submitAssessment,
  UpdateAssessmentNotes,
  updateAssessmentNotes,
} from './assessment-commands.ts';
import {
  AssessmentTypes,
  GetAssessmentHistory,
  getAssessmentHistory,
  GetAssessmentQuestions,
  getAssessmentQuestions,
  GetAssessmentResponse,
  getAssessmentResponse,
  GetAssessmentTypes,
  getAssessmentTypes,
  GetDraftAssessments,
  getDraftAssessments,
  GetLatestAssessment,
  getLatestAssessment,
} from './assessment-queries.ts';

export const assessmentCommands = {
  submit_assessment: command(
    'Completes a questionnaire, or saves its draft; a completed one takes the place of its draft.',
    { input: SubmitAssessment, answer: ScoredAssessment },
    submitAssessment,
  ),
  update_assessment_notes: command(
    'Changes the note of a questionnaire; null clears it.',
    { input: UpdateAssessmentNotes, answer: ScoredAssessment },
    updateAssessmentNotes,
  ),
  delete_assessment: command(
    'Moves a filled-in questionnaire or a draft to the Trash.',
    { input: DeleteAssessment, answer: z.null() },
    deleteAssessment,
  ),
  get_assessment_types: command(
    'The questionnaires and their facts.',
    { input: GetAssessmentTypes, answer: AssessmentTypes },
    getAssessmentTypes,
  ),
  get_assessment_questions: command(
    'Instruction, questions and answers of a questionnaire, as published.',
    { input: GetAssessmentQuestions, answer: Instrument },
    getAssessmentQuestions,
  ),
  get_assessment_history: command(
    'Completed questionnaires of a range, newest first.',
    { input: GetAssessmentHistory, answer: ListedAssessments },
    getAssessmentHistory,
  ),
  get_latest_assessment: command(
    'The latest completed entry of a questionnaire, or null.',
    { input: GetLatestAssessment, answer: ListedAssessment.nullable() },
    getLatestAssessment,
  ),
  get_draft_assessments: command(
    'Drafts of questionnaires, the last saved first.',
    { input: GetDraftAssessments, answer: ListedAssessments },
    getDraftAssessments,
  ),
  get_assessment_response: command(
    'One filled-in questionnaire or draft.',
    { input: GetAssessmentResponse, answer: ScoredAssessment },
    getAssessmentResponse,
  ),
};
