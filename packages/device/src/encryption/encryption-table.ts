/** The commands of the app lock and of encryption at rest by name. */
import { command } from '../command.ts';
import {
  ChangePassphrase,
  changePassphrase,
  GetEncryptionStatus,
  getEncryptionStatus,
  ShowRecoveryKey,
  showRecoveryKey,
  TurnOffEncryption,
  turnOffEncryption,
  TurnOnEncryption,
  turnOnEncryption,
} from './encryption-commands.ts';

export const encryptionCommands = {
  get_encryption_status: command(
    'Whether what is on this device is enciphered, and what unlocks it.',
    GetEncryptionStatus,
    getEncryptionStatus,
  ),
  turn_on_encryption: command(
    'Enciphers the database and its backups; a passphrase or the key chain unlocks them from then on.',
    TurnOnEncryption,
    turnOnEncryption,
  ),
  change_passphrase: command('Sets another passphrase.', ChangePassphrase, changePassphrase),
  show_recovery_key: command(
    'The twenty-four words that open the database when the passphrase is forgotten.',
    ShowRecoveryKey,
    showRecoveryKey,
  ),
  turn_off_encryption: command(
    'Puts the database and its backups in the clear again.',
    TurnOffEncryption,
    turnOffEncryption,
  ),
};
