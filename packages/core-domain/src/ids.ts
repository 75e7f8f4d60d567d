/**
 * The names of records. Every kind has an id type of its own, so that an activity can't be passed for a group.
 *
 * A record made here has a UUIDv7; one that was imported has a UUIDv5 over the imported row, so that importing
 * twice, or on two devices, names the same record. Lowercase, with hyphens.
 */
import { z } from 'zod';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const uuid = z.string().regex(UUID, 'not a record id');

/** The id of a record of any kind. */
export const RecordId = uuid.brand<'RecordId'>().describe('The id of a record of any kind.');
export type RecordId = z.infer<typeof RecordId>;

export const MoodEntryId = uuid
  .brand<'RecordId'>()
  .brand<'MoodEntryId'>()
  .describe('The id of a mood check-in.');
export type MoodEntryId = z.infer<typeof MoodEntryId>;

export const AssessmentId = uuid
  .brand<'RecordId'>()
  .brand<'AssessmentId'>()
  .describe('The id of a filled-in questionnaire or draft.');
export type AssessmentId = z.infer<typeof AssessmentId>;

export const ActivityId = uuid.brand<'RecordId'>().brand<'ActivityId'>().describe('The id of an activity.');
export type ActivityId = z.infer<typeof ActivityId>;

export const ActivityGroupId = uuid
  .brand<'RecordId'>()
  .brand<'ActivityGroupId'>()
  .describe('The id of an activity group.');
export type ActivityGroupId = z.infer<typeof ActivityGroupId>;

export const ActivityLogId = uuid
  .brand<'RecordId'>()
  .brand<'ActivityLogId'>()
  .describe('The id of a log entry of an activity.');
export type ActivityLogId = z.infer<typeof ActivityLogId>;

export const ActivityGoalId = uuid
  .brand<'RecordId'>()
  .brand<'ActivityGoalId'>()
  .describe('The id of a goal.');
export type ActivityGoalId = z.infer<typeof ActivityGoalId>;

export const ScheduleId = uuid.brand<'RecordId'>().brand<'ScheduleId'>().describe('The id of a reminder.');
export type ScheduleId = z.infer<typeof ScheduleId>;

export const PreferenceId = uuid
  .brand<'RecordId'>()
  .brand<'PreferenceId'>()
  .describe('The id of a preference.');
export type PreferenceId = z.infer<typeof PreferenceId>;
