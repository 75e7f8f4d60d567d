/** What is worked out from questionnaires, by name. */
import { command } from '../command.ts';
import { GetAssessmentChartData, getAssessmentChartData } from './assessment-chart.ts';
import { GetComparisonChartData, getComparisonChartData } from './assessment-comparison.ts';

export const assessmentInsightCommands = {
  get_assessment_chart_data: command(
    'The results of a questionnaire over time.',
    GetAssessmentChartData,
    getAssessmentChartData,
  ),
  get_comparison_chart_data: command(
    'Up to four questionnaires side by side, each in percent of its range.',
    GetComparisonChartData,
    getComparisonChartData,
  ),
};
