/** The questions about moods by name. */
import { command } from '../command.ts';
import { GetMoodAssociations, getMoodAssociations, MoodAssociations } from './mood-associations.ts';
import { GetMoodChartData, getMoodChartData, MoodChart } from './mood-chart.ts';
import { GetMoodByWeekdayAndHour, getMoodByWeekdayAndHour, MoodRhythm } from './mood-rhythm.ts';
import { GetMoodStats, getMoodStats, MoodStats } from './mood-stats.ts';
import { GetYearInPixels, getYearInPixels, YearInPixels } from './mood-year.ts';

export const moodInsightCommands = {
  get_mood_stats: command(
    'Your moods of a range in numbers.',
    { input: GetMoodStats, answer: MoodStats },
    getMoodStats,
  ),
  get_mood_chart_data: command(
    'Your check-ins of a range as points of a chart.',
    { input: GetMoodChartData, answer: MoodChart },
    getMoodChartData,
  ),
  get_mood_by_weekday_and_hour: command(
    'Your moods by day of the week and hour of the day.',
    { input: GetMoodByWeekdayAndHour, answer: MoodRhythm },
    getMoodByWeekdayAndHour,
  ),
  get_year_in_pixels: command(
    'The mean mood of each day of a year.',
    { input: GetYearInPixels, answer: YearInPixels },
    getYearInPixels,
  ),
  get_mood_associations: command(
    'Entries with an activity beside entries without it.',
    { input: GetMoodAssociations, answer: MoodAssociations },
    getMoodAssociations,
  ),
};
