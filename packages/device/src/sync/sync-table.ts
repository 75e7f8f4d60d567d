/** The sync commands by name. */
import { SyncOutcome } from './sync-once.ts';
import { command } from '../command.ts';
import {
  ConfirmRecoveryPhrase,
  confirmRecoveryPhrase,
  DisableSync,
  disableSync,
  EnableSync,
  enableSync,
  GetSyncStatus,
  getSyncStatus,
  Started,
  SyncDisabled,
  SyncEnabled,
  SyncNow,
  syncNow,
  SyncStatus,
} from './sync-commands.ts';
import { SyncVerified, VerifySync, verifySync } from './verify.ts';

export const syncCommands = {
  enable_sync: command(
    'Turns sync on, for a new account or with its recovery phrase.',
    { input: EnableSync, answer: SyncEnabled },
    enableSync,
  ),
  confirm_recovery_phrase: command(
    'Gives back two words of the recovery phrase; then sync starts.',
    { input: ConfirmRecoveryPhrase, answer: Started },
    confirmRecoveryPhrase,
  ),
  sync_now: command(
    'Brings this device and the service to the same state.',
    { input: SyncNow, answer: SyncOutcome },
    syncNow,
  ),
  get_sync_status: command(
    'Whether sync is on, and how it stands.',
    { input: GetSyncStatus, answer: SyncStatus },
    getSyncStatus,
  ),
  verify_sync: command(
    'Syncs, and proves that this device and the service hold the same.',
    { input: VerifySync, answer: SyncVerified },
    verifySync,
  ),
  disable_sync: command(
    'Turns sync off. Entries stay on both sides, unless the sealed copy on the service is to be deleted.',
    { input: DisableSync, answer: SyncDisabled },
    disableSync,
  ),
};
