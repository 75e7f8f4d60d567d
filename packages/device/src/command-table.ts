/**
 * Every command and query of the device under its name. The same table serves the window, the command line and the
 * tests; a command takes one flat object and answers a value or a refusal.
 */
import { activityCommands } from './activities/activity-table.ts';
import { assessmentCommands } from './assessments/assessment-table.ts';
import { backupCommands } from './backups/backup-table.ts';
import type { Command } from './command.ts';
import { encryptionCommands } from './encryption/encryption-table.ts';
import { activityInsightCommands } from './insights/activity-insight-table.ts';
import { assessmentInsightCommands } from './insights/assessment-insight-table.ts';
import { moodInsightCommands } from './insights/insights-mood-table.ts';
import { moodCommands } from './mood/mood-table.ts';
import { preferenceCommands } from './preferences/preference-table.ts';
import { scheduleCommands } from './schedules/schedule-table.ts';
import { syncCommands } from './sync/sync-table.ts';
import { transferCommands } from './transfer/transfer-table.ts';
import { trashCommands } from './trash/trash-table.ts';

export const commandTable: Readonly<Record<string, Command>> = {
  ...activityCommands,
  ...activityInsightCommands,
  ...assessmentCommands,
  ...assessmentInsightCommands,
  ...backupCommands,
  ...encryptionCommands,
  ...moodCommands,
  ...moodInsightCommands,
  ...preferenceCommands,
  ...scheduleCommands,
  ...syncCommands,
  ...transferCommands,
  ...trashCommands,
};
