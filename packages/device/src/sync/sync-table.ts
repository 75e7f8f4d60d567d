/** The sync commands by name. */
import {
  ApplyHeldDeletions,
  applyHeldDeletions,
  HeldApplied,
  HeldDeletions,
  HeldKept,
  KeepHeldDeletions,
  keepHeldDeletions,
  ListHeldDeletions,
  listHeldDeletions,
} from './held-deletion-commands.ts';
import {
  ListMergeLedger,
  listLostValues,
  MergedRestored,
  MergeLedger,
  RestoreMerged,
  restoreMerged,
} from './merge-ledger-commands.ts';
import { SyncOutcome } from './sync-once.ts';
import {
  ChangeKeys,
  changeKeys,
  PhraseShown,
  ReplaceRecoveryPhrase,
  replaceRecoveryPhrase,
} from './key-commands.ts';
import { command } from '../command.ts';
import { deviceCommands } from './device-table.ts';
import {
  ConfirmRecoveryPhrase,
  confirmRecoveryPhrase,
  DisableSync,
  disableSync,
  EnableSync,
  enableSync,
  Started,
  SyncEnabled,
  SyncNow,
  syncNow,
} from './sync-commands.ts';
import { SyncDisabled } from './turn-off.ts';
import { GetSyncStatus, getSyncStatus, SyncStatus } from './sync-status.ts';
import { SyncVerified, VerifySync, verifySync } from './verify.ts';

export const syncCommands = {
  enable_sync: command(
    'Turns sync on, for a new account, with its recovery phrase, or with a pairing link.',
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
  list_merge_ledger: command(
    'What merges on this device let go of, because two devices had changed the same thing.',
    { input: ListMergeLedger, answer: MergeLedger },
    listLostValues,
  ),
  restore_merged: command(
    'Brings back a value that a merge let go of, as a new edit.',
    { input: RestoreMerged, answer: MergedRestored },
    restoreMerged,
  ),
  list_held_deletions: command(
    'What another device deleted and is still here, because it is so much that you are asked first.',
    { input: ListHeldDeletions, answer: HeldDeletions },
    listHeldDeletions,
  ),
  apply_held_deletions: command(
    'Deletes here too what another device deleted.',
    { input: ApplyHeldDeletions, answer: HeldApplied },
    applyHeldDeletions,
  ),
  keep_held_deletions: command(
    'Keeps what another device deleted, here and on every device.',
    { input: KeepHeldDeletions, answer: HeldKept },
    keepHeldDeletions,
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
  ...deviceCommands,
};
