/** The sync commands by name. */
import { SyncOutcome } from './sync-once.ts';
import {
  ChangeKeys,
  changeKeys,
  PhraseShown,
  ReplaceRecoveryPhrase,
  replaceRecoveryPhrase,
} from './key-commands.ts';
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

export const syncCommands = {
  enable_sync: command(
    'Turns sync on, for a new account or with its recovery phrase.',
    { input: EnableSync, answer: SyncEnabled },
    enableSync,
  ),
  confirm_recovery_phrase: command(
    'Gives back two words of the recovery phrase; then sync starts, or the change of keys goes on.',
    { input: ConfirmRecoveryPhrase, answer: Started },
    confirmRecoveryPhrase,
  ),
  replace_recovery_phrase: command(
    'Makes a new recovery phrase; the old one stops working once the new one is confirmed.',
    { input: ReplaceRecoveryPhrase, answer: PhraseShown },
    replaceRecoveryPhrase,
  ),
  change_keys: command(
    'After a device was lost or stolen: shuts out every other device and seals everything anew, once confirmed.',
    { input: ChangeKeys, answer: PhraseShown },
    changeKeys,
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
  disable_sync: command(
    'Turns sync off. Entries stay on both sides.',
    { input: DisableSync, answer: SyncDisabled },
    disableSync,
  ),
};
