/** The sync commands by name. */
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
  SyncNow,
  syncNow,
} from './sync-commands.ts';

export const syncCommands = {
  enable_sync: command(
    'Turns sync on, for a new account or with its recovery phrase.',
    EnableSync,
    enableSync,
  ),
  confirm_recovery_phrase: command(
    'Gives back two words of the recovery phrase; then sync starts.',
    ConfirmRecoveryPhrase,
    confirmRecoveryPhrase,
  ),
  sync_now: command('Brings this device and the service to the same state.', SyncNow, syncNow),
  get_sync_status: command('Whether sync is on, and how it stands.', GetSyncStatus, getSyncStatus),
  disable_sync: command('Turns sync off. Entries stay on both sides.', DisableSync, disableSync),
};
