/** `mhb lock`: encryption of what is on this device. Passphrases are typed unseen or read from files, never arguments. */
import type { UnlockWith } from '@mhb/device';
import type { Command } from 'commander';
import { askHidden, firstLineOf, type Terminal, thisTerminal } from './ask-to-unlock.ts';
import type { DeviceCommandDeps } from './use-device.ts';

export const addLockCommands = (program: Command, { withDevice, answer }: DeviceCommandDeps): void => {
  const lock = program
    .command('lock')
    .description('encrypt what is on this device, and change what unlocks it')
    .addHelpText(
      'after',
      [
        '',
        'Where nobody can type, MHB_PASSPHRASE_FILE names a file whose first line is the passphrase, and',
        'MHB_NEW_PASSPHRASE_FILE one with the new passphrase.',
        'Keep the twenty-four words of the recovery key on paper: with the passphrase forgotten, nothing else',
        'opens your entries.',
      ].join('\n'),
    );
  lock
    .command('status')
    .description('say whether your entries are encrypted, and what unlocks them')
    .action(() => withDevice((device) => answer(device, 'get_encryption_status', {})));
  lock
    .command('on')
    .description('encrypt the database and its backups, and print the recovery key')
    .option('--key-chain', 'let the key chain of this computer unlock them instead of a passphrase')
    .action(({ keyChain = false }: { readonly keyChain?: boolean }) =>
      withDevice(async (device) => {
        if (keyChain) await answer(device, 'turn_on_encryption', { unlock_with: 'key chain' });
        else {
          await withNewPassphrase((passphrase) =>
            answer(device, 'turn_on_encryption', { unlock_with: 'passphrase', passphrase }),
          );
        }
      }),
    );
  lock
    .command('change')
    .description('set another passphrase')
    .action(() =>
      withDevice((device) =>
        withNewPassphrase((new_passphrase) =>
          answer(device, 'change_passphrase', { ...proofOf(device.unlockedWith), new_passphrase }),
        ),
      ),
    );
  lock
    .command('recovery-key')
    .description('print the twenty-four words that open your entries without the passphrase')
    .action(() => withDevice((device) => answer(device, 'show_recovery_key', proofOf(device.unlockedWith))));
  lock
    .command('off')
    .description('put the database and its backups in the clear again')
    .action(() =>
      withDevice((device) => answer(device, 'turn_off_encryption', proofOf(device.unlockedWith))),
    );
};

/** What has opened the device a moment ago. */
const proofOf = (given: UnlockWith | undefined): object => given ?? {};

/** Typed twice, until both are the same. `undefined` where nobody gives one. */
const askForNew = async (
  { environment, isInteractive }: Terminal = thisTerminal(),
): Promise<string | undefined> => {
  const file = environment.MHB_NEW_PASSPHRASE_FILE;
  if (file !== undefined) return firstLineOf(file);
  while (isInteractive) {
    const first = await askHidden('New passphrase, of 8 characters or more:');
    if (first === undefined) return undefined;
    if ((await askHidden('The same once more:')) === first) return first;
    process.stderr.write('The two are not the same.\n');
  }
  return undefined;
};

/** Calls the command with a new passphrase, or says where one can be given. */
const withNewPassphrase = async (use: (passphrase: string) => Promise<void>): Promise<void> => {
  const passphrase = await askForNew();
  if (passphrase !== undefined) {
    await use(passphrase);
    return;
  }
  process.stderr.write(
    'mhb: No new passphrase was given. Type it on a terminal, or name a file in MHB_NEW_PASSPHRASE_FILE.\n',
  );
  process.exitCode = 1;
};
