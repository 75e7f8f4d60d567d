/** The one sentence a person reads for each way a command can be refused. It names fields and limits, never words. */
import { type ErrorCode, errorCodes } from '@mhb/core-domain/wire';
import type { InvalidInput } from './parse.ts';

/** A refusal of any command: its type, and facts. */
export interface Failure {
  readonly type: string;
  readonly fields?: readonly string[];
}

export const failureText = (failure: Failure): string => {
  if (isInvalidInput(failure)) {
    return `${failure.problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')}.`;
  }
  if (hasMessage(failure)) return failure.message;
  if (isRefused(failure)) return errorCodes[failure.code].words;
  const template = texts[failure.type] ?? 'That could not be done.';
  return template.replaceAll(/\{(\w+)\}/g, (_, fact: string) =>
    String(Object.entries(failure).find(([name]) => name === fact)?.[1] ?? '?'),
  );
};

/** By type. What stands in braces is a fact of the failure: a count or a limit. */
const texts: Readonly<Record<string, string>> = {
  AccountIsEmpty: 'This account has no recovery phrase yet: turn sync on without one to set it up.',
  AccountTaken:
    'Another device has set up this account meanwhile: turn sync on again with its recovery phrase.',
  AlreadyCompletedToday:
    'This questionnaire has already been completed on that day. It can be completed again the day after.',
  AnotherOwner: 'This data folder belongs to another user of this computer. Choose another one.',
  BackupNotWritten: 'No backup could be made: the disk is full, or the folder can’t be written to.',
  BackupDamaged: 'This backup is damaged. Nothing was changed; try an earlier one.',
  CannotOpen: 'The keys of this account are damaged on the service. Your entries here are safe.',
  ConfirmationNeeded: 'Nothing was deleted. To delete it, give {words} as confirm.',
  CsvDamaged: 'This file is not whole CSV from line {line} on. Export it again; nothing was changed.',
  EncryptionIsOff: 'Nothing on this device is encrypted.',
  EncryptionIsOn: 'Encryption is on already.',
  EncryptionNotPossible: 'These entries are kept in memory only, so there is nothing to encrypt.',
  EntriesMissing:
    'The service gives less than was seen there before. Nothing here is lost; verify to compare again.',
  OthersAreWriting: 'Other devices keep writing just now. Try again in a minute.',
  DiskFailed:
    'The disk reported a fault, so this may not be saved, and nothing more is until the app is started again. Export your entries to another disk first.',
  DiskFull:
    'The disk is full, so nothing was written. Make room and try again; your earlier entries are safe.',
  DuplicateSchedule:
    'There is already a reminder for this questionnaire with this frequency. Change that one instead.',
  DuplicateName: 'There is already one with this name.',
  ExportDamaged:
    'This file is damaged or was cut short. Export again, or take another copy; nothing was changed.',
  FileDamaged:
    'The data file of this folder is damaged. It was left as it is: restore a backup, or move it away and sync again.',
  FileInUse: 'Another program is writing to this file. Close it and try again.',
  FileNotReadable: 'This file can’t be read. Name a plain file that you may read; nothing was changed.',
  FileReadOnly: 'The data file can’t be written to. Check its permissions and try again.',
  FilesExist:
    'That folder holds {count} of these files already. Choose another one, or ask to replace them; nothing was changed.',
  FileTooLarge: 'This file is larger than {limit_mib} MiB, the most that can be read. Nothing was changed.',
  FolderNotWritable:
    'That folder can’t be made or written to. Choose another one that is there, or inside one that is.',
  FolderInUse: 'Another program is using this data folder. Close it and try again.',
  IncompleteResponses: 'This questionnaire has {expected} questions; {actual} answers were given.',
  InvalidPairingLink: 'That is not a pairing link. Copy all of it, to the last character.',
  IsThisDevice: 'This is the device you are using. To stop it from syncing, turn sync off (disable_sync).',
  InTheFuture: 'The time given lies in the future.',
  InsecureUrl: 'The address must begin with https:// unless the service runs on this computer.',
  InvalidApiKey: 'That is not an API key. Copy the whole text that begins with mhb_.',
  InvalidJson: 'The input is not JSON. Give one object, such as {"mood_rating": 4}.',
  InvalidRecoveryKey:
    'That is not a recovery key: it needs twenty-four words of the list, in order. Check for typing errors.',
  InvalidRecoveryPhrase:
    'That is not a recovery phrase: it needs twelve words of the list, in order. Check for typing errors.',
  InvalidResponse: 'The answer to question {question} is not one of those to choose from.',
  InvalidUrl: 'The address of the service must look like https://sync.example.org.',
  KeyChainClosed:
    'The key chain of this computer does not answer or does not keep what it is given. Use a passphrase instead.',
  KeyChainLocked:
    'These entries are encrypted, and the key chain of this computer does not give the key. Unlock it, or give the recovery key of twenty-four words.',
  KeyChangeUnfinished:
    'The keys of this account are being changed already. Sync goes on with that; when it is done, ask again.',
  KeysChangedElsewhere:
    'Another device has changed the keys of this account. Turn sync off, and on again with its new recovery phrase and a new API key; your entries stay.',
  KeyringRolledBack:
    'The service offers older keys than this device has seen. Sync has stopped to protect your entries.',
  Locked: 'These entries are encrypted. Give the passphrase, or the recovery key of twenty-four words.',
  LockDamaged:
    'The file lock.json is damaged, or a newer version of the app wrote it. The recovery key opens your entries.',
  LockNotWritten: 'The disk did not take it. Make room or check permissions, and try again.',
  NoLockBeside:
    'No lock.json that a passphrase opens lies beside this backup. Give its recovery key of twenty-four words.',
  LostValueNotFound: 'There is no such value in the merge ledger.',
  NewerDatabase:
    'These entries were written by a newer version of the app. Update this one; nothing was changed.',
  NewerExport: 'A newer version of the app wrote this file. Update this one; nothing was changed.',
  NoAccess: 'This data folder can’t be written to. Check its permissions or choose another one.',
  NotABackup:
    'This file is not a backup of this app, or it is encrypted with another key: give its passphrase or recovery key. Nothing was changed.',
  NotAFolder: 'That is not a folder. Choose another one.',
  NotReadable: 'This file can’t be read: it is a folder, or the system does not allow it.',
  NothingAnswered: 'A draft needs at least one answer.',
  NotAnExport:
    'This file is not an export of this app. Name one that `mhb export json` wrote; nothing was changed.',
  NotASyncService: 'What answers at this address is not a sync service. Check the address.',
  NotCopied: 'There is no room for, or no right to make, the private copy that is read.',
  NoSuchFile: 'There is no such file. Check its name; nothing was changed.',
  NotDaylio:
    'This is not a CSV export of Daylio: a column is missing of full_date, time, mood, activities. Nothing was changed.',
  NoSuchDevice: 'There is no such device in this account. list_devices names them all.',
  NotFound: 'There is no such record.',
  NotInTrash: 'Only what is in the Trash can be erased. Delete it first.',
  NotText: 'This file is not text in UTF-8. Name the file that was exported; nothing was changed.',
  NothingToConfirm: 'There is no recovery phrase waiting to be confirmed. Turn sync on first.',
  CertificateNotTrusted:
    'The sync service could not show that it is the one at this address: its certificate has run out or is not trusted. Nothing was sent. Check the address, the clock of this computer, and the certificate.',
  Offline: 'The sync service can’t be reached. Your entries are safe here and will be sent later.',
  RecordErased: 'This record was erased for good, and everything that belonged to it.',
  PairingLinkUsedUp:
    'This pairing link has been used, or its ten minutes are over. Make a new one on a device that syncs.',
  PairingMessageWrong:
    'What the service keeps for this link is not what your other device left there. Nothing was sent; make a new link, and ask who runs the service.',
  RecoveryPhraseNotConfirmed:
    'Sync starts once two words of the recovery phrase were given back (confirm_recovery_phrase).',
  RecoveryPhraseRequired: 'This account is already in use: turn sync on with its recovery phrase.',
  SameActivity: 'Choose two different activities to merge.',
  SecretsMissing: 'The keys of this device are missing. Turn sync off and on again with the recovery phrase.',
  SecretsNotWritten:
    'The keys could not be stored on this device. Make room or check permissions and try again.',
  SecretsUnreadable:
    'The keys of this device can’t be read. Turn sync off and on again with the recovery phrase.',
  ServiceIsBehind:
    'The service holds an older state than your other device has seen. Sync there first, then make a new link.',
  ServiceMisbehaved: 'The service gave an answer that makes no sense. Nothing was changed.',
  ServiceTooOld:
    'The sync service is too old for this. Its operator can update it; what you entered is safe here.',
  SharesApiKey:
    'That device uses the same API key as this one, so both would be out. Turn sync off there and let it in again with a pairing link.',
  SyncIsOff: 'Sync is off. Turn it on with enable_sync.',
  SyncIsOn:
    'Sync is already on. Turn it off first to use another service or account, or to join again after its keys were changed; your entries stay.',
  TooManyAttempts: 'Too many wrong passphrases: the next attempt is possible in {wait_seconds} s.',
  TooLongAgo: 'The time given is more than 24 hours ago.',
  UnknownCommand: 'There is no such command. `mhb commands` lists them all.',
  UnansweredQuestions: '{count} of {total} questions are not answered yet.',
  UnknownMoods:
    'Moods that nobody has mapped yet: {names}, in {entries} of the entries. A dry run lists them; nothing was changed.',
  UnknownFormat: 'This was written by a newer version of the app. Update this one.',
  WrongBackupPassphrase: 'That is not the passphrase of this backup. Nothing was changed.',
  WrongKey:
    'The keys of this device do not fit this account: another device may have changed them. Turn sync off, and on again with the new recovery phrase and a new API key; your entries stay.',
  WrongPassphrase: 'That is not the passphrase.',
  WrongRecoveryKey: 'That recovery key does not belong to these entries.',
  WrongRecoveryPhrase: 'That recovery phrase does not belong to this account.',
  WrongWords: 'Those are not the words at these positions.',
};

const isInvalidInput = (failure: Failure): failure is InvalidInput => failure.type === 'InvalidInput';

const hasMessage = (failure: Failure): failure is Failure & { readonly message: string } =>
  'message' in failure && typeof failure.message === 'string';

const isRefused = (failure: Failure): failure is Failure & { readonly code: ErrorCode } =>
  failure.type === 'Refused';
