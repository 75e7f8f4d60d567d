/** The questions about moods by name. */
import { command } from '../command.ts';
import { GetMoodAssociations, getMoodAssociations } from './mood-associations.ts';
import { GetMoodChartData, getMoodChartData } from './mood-chart.ts';
import { GetMoodByWeekdayAndHour, getMoodByWeekdayAndHour } from './mood-rhythm.ts';
import { GetMoodStats, getMoodStats } from './mood-stats.ts';
import { GetYearInPixels, getYearInPixels } from './mood-year.ts';

export const moodInsightCommands = {
  get_mood_stats: command('Your moods of a range in numbers.', GetMoodStats, getMoodStats),
  get_mood_chart_data: command(
    'Your check-ins of a range as points of a chart.',
    GetMoodChartData,
    getMoodChartData,
  ),
  get_mood_by_weekday_and_hour: command(
    'Your moods by day of the week and hour of the day.',
    GetMoodByWeekdayAndHour,
    getMoodByWeekdayAndHour,
  ),
  get_year_in_pixels: command('The mean mood of each day of a year.', GetYearInPixels, getYearInPixels),
  get_mood_associations: command(
    'Entries with an activity beside entries without it.',
    GetMoodAssociations,
    getMoodAssociations,
  ),
};
