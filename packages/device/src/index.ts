/** The door of the device: everything that lives with the person. */
export type { Command } from './command.ts';
export { type AnswerOf, type CommandName, commandTable, type InputOf } from './command-table.ts';
export { describeCommand, describeCommands } from './describe-commands.ts';
export { type DataFolder, type DataFolderFailure, isFolderWanted, openDataFolder } from './data-folder.ts';
export type { Progress } from './deps.ts';
export { type CommandAnswer, type Device, type DeviceParts, type NotOpened, openDevice } from './device.ts';
export { type Failure, failureText } from './failure-text.ts';
export { readPrivateFile, writePrivateFile } from './private-file.ts';
export type { Refusal } from './refusal.ts';
export type { Reminder } from './schedules/due.ts';
export type { Notifier, ReminderPorts } from './schedules/reminder-loop.ts';
export type { DatabaseKeyChain, UnlockWith } from './encryption/encryption.ts';
export type { LoopState, SyncPorts } from './sync/sync-loop.ts';
export { connectSyncApi, type SyncApi } from './sync/sync-api.ts';
export type { PassphraseCost } from './vault/passphrase.ts';
export { secretFile, type TextCodec } from './vault/secret-file.ts';
export * from './vault/secrets.ts';
export { APP_VERSION } from './version.ts';
