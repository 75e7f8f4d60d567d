/** The main door: what the things of the tracker are. Pure: no input or output, no clock, no randomness. */
export * from './activities.ts';
export * from './assert.ts';
export * from './assessments/assessment.ts';
export * from './assessments/instrument-code.ts';
export * from './entities.ts';
export * from './goals.ts';
export * from './ids.ts';
export * from './mood.ts';
export * from './preferences.ts';
export * from './result.ts';
export * from './schedules/schedule.ts';
export * from './text.ts';
export * from './time.ts';
