/** The questionnaire commands by name. */
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
    'Completes a questionnaire, or saves a draft.',
    SubmitAssessment,
    submitAssessment,
  ),
  update_assessment_notes: command('Changes the note.', UpdateAssessmentNotes, updateAssessmentNotes),
  delete_assessment: command('Moves a questionnaire to the Trash.', DeleteAssessment, deleteAssessment),
  get_assessment_types: command(
    'The questionnaires and their facts.',
    GetAssessmentTypes,
    getAssessmentTypes,
  ),
  get_assessment_questions: command(
    'Instruction, questions and answers of a questionnaire, as published.',
    GetAssessmentQuestions,
    getAssessmentQuestions,
  ),
  get_assessment_history: command(
    'Completed questionnaires of a range, newest first.',
    GetAssessmentHistory,
    getAssessmentHistory,
  ),
  get_latest_assessment: command('The latest completed one.', GetLatestAssessment, getLatestAssessment),
  get_draft_assessments: command('Drafts, the last saved first.', GetDraftAssessments, getDraftAssessments),
  get_assessment_response: command(
    'One questionnaire or draft.',
    GetAssessmentResponse,
    getAssessmentResponse,
  ),
};
