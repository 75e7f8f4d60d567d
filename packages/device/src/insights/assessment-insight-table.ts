/** What is worked out from questionnaires, by name. */
import { command } from '../command.ts';
import { AssessmentChart, GetAssessmentChartData, getAssessmentChartData } from './assessment-chart.ts';
import { ComparisonChart, GetComparisonChartData, getComparisonChartData } from './assessment-comparison.ts';

export const assessmentInsightCommands = {
  get_assessment_chart_data: command(
    'The results of a questionnaire over time.',
    { input: GetAssessmentChartData, answer: AssessmentChart },
    getAssessmentChartData,
  ),
  get_comparison_chart_data: command(
    'Up to four questionnaires side by side, each in percent of its range.',
    { input: GetComparisonChartData, answer: ComparisonChart },
    getComparisonChartData,
  ),
};
