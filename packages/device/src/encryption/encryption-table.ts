/** The commands of the app lock and of encryption at rest by name. */
import { z } from 'zod';
import { command } from '../command.ts';
import {
  ChangePassphrase,
  changePassphrase,
  EncryptionStatus,
  GetEncryptionStatus,
  getEncryptionStatus,
  RecoveryKeyShown,
  ShowRecoveryKey,
  showRecoveryKey,
  TurnedOff,
  TurnedOn,
  TurnOffEncryption,
  turnOffEncryption,
  TurnOnEncryption,
  turnOnEncryption,
} from './encryption-commands.ts';

export const encryptionCommands = {
  get_encryption_status: command(
    'Whether what is on this device is encrypted, and what unlocks it.',
    { input: GetEncryptionStatus, answer: EncryptionStatus },
    getEncryptionStatus,
  ),
  turn_on_encryption: command(
    'Encrypts the database and its backups; a passphrase or the key chain unlocks them from then on.',
    { input: TurnOnEncryption, answer: TurnedOn },
    turnOnEncryption,
  ),
  change_passphrase: command(
    'Sets another passphrase.',
    { input: ChangePassphrase, answer: z.null() },
    changePassphrase,
  ),
  show_recovery_key: command(
    'The twenty-four words that open the database when the passphrase is forgotten.',
    { input: ShowRecoveryKey, answer: RecoveryKeyShown },
    showRecoveryKey,
  ),
  turn_off_encryption: command(
    'Puts the database and its backups in the clear again.',
    { input: TurnOffEncryption, answer: TurnedOff },
    turnOffEncryption,
  ),
};
