/**
 * Every command and query of the device under its name. The same table serves the window, the command line and the
 * tests; a command takes one flat object and answers a value or a refusal.
 */
import type { z } from 'zod';
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

const commands = {
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

export const commandTable: Readonly<Record<string, Command>> = commands;

type Commands = typeof commands;
export type CommandName = keyof Commands;
/** What a caller writes for a command. */
export type InputOf<Name extends CommandName> = z.input<Commands[Name]['input']>;
/** What it is answered, where it is not refused. */
export type AnswerOf<Name extends CommandName> = z.output<Commands[Name]['answer']>;
