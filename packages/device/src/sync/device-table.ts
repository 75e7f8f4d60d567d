/** The commands about the devices of an account by name. */
import { command } from '../command.ts';
import {
  CreatePairingLink,
  createPairingLink,
  DeviceRevoked,
  ListDevices,
  listDevices,
  ListedDevice,
  ListedDevices,
  PairingLinkMade,
  RenameDevice,
  renameDevice,
  RevokeDevice,
  revokeDevice,
} from './device-commands.ts';

export const deviceCommands = {
  create_pairing_link: command(
    'Makes a link that lets one more device in, once and within ten minutes.',
    { input: CreatePairingLink, answer: PairingLinkMade },
    createPairingLink,
  ),
  list_devices: command(
    'The devices that sync with this account.',
    { input: ListDevices, answer: ListedDevices },
    listDevices,
  ),
  rename_device: command(
    'Calls a device something else. The service does not learn its name.',
    { input: RenameDevice, answer: ListedDevice },
    renameDevice,
  ),
  revoke_device: command(
    'Ends the access of another device at once. What it already had, it keeps.',
    { input: RevokeDevice, answer: DeviceRevoked },
    revokeDevice,
  ),
};
