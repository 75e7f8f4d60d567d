/** Activities, the groups they stand in, and the log of having done them. */
import { z } from 'zod';
import { ActivityGroupId, ActivityId, ActivityLogId } from './ids.ts';
import { name, note, storedText, TEXT_MAX } from './text.ts';
import { Instant, LocalDate, TimeZone } from './time.ts';

export const ActivityGroup = z
  .object({
    id: ActivityGroupId,
    name: storedText,
    description: storedText.nullable(),
    created_at: Instant,
  })
  .readonly();
export type ActivityGroup = z.infer<typeof ActivityGroup>;

export const Activity = z
  .object({
    id: ActivityId,
    group_id: ActivityGroupId,
    name: storedText,
    color: storedText.nullable().describe('#RGB, #RRGGBB or #RRGGBBAA.'),
    icon: storedText.nullable().describe('An emoji or the name of a picture.'),
    created_at: Instant,
  })
  .readonly();
export type Activity = z.infer<typeof Activity>;

export const ActivityLog = z
  .object({
    id: ActivityLogId,
    activity_id: ActivityId,
    logged_at: Instant,
    time_zone: TimeZone,
    local_date: LocalDate,
    notes: storedText.nullable(),
    created_at: Instant,
  })
  .readonly();
export type ActivityLog = z.infer<typeof ActivityLog>;

export const Color = z
  .string()
  .regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i, 'must be #RGB, #RRGGBB or #RRGGBBAA')
  .describe('#RGB, #RRGGBB or #RRGGBBAA; null for none.');

/** What a person fills in for a group. */
export const activityGroupForm = {
  name: name(TEXT_MAX.group_name),
  description: note(TEXT_MAX.group_description),
};

/** What a person fills in for an activity. */
export const activityForm = {
  group_id: ActivityGroupId,
  name: name(TEXT_MAX.activity_name),
  color: Color.nullable(),
  icon: note(TEXT_MAX.icon).describe(
    'An emoji or the name of a picture, up to 20 characters; null for none.',
  ),
};

/** What a person fills in for a log entry, the moment apart. */
export const activityLogForm = {
  activity_id: ActivityId,
  notes: note(TEXT_MAX.log_notes),
};
