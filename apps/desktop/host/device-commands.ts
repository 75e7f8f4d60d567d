/** `mhb pair` and `mhb devices`: letting a device in, seeing which there are, naming and revoking one. */
import type { CommandAnswer } from '@mhb/device';
import type { Command } from 'commander';
import { qrCode } from './qr-code.ts';
import type { DeviceCommandDeps } from './use-device.ts';

export const addDeviceCommands = (program: Command, { withDevice, answer }: DeviceCommandDeps): void => {
  program
    .command('pair')
    .description('print a link, and show it as a QR code, that lets one more device in')
    .addHelpText(
      'after',
      [
        '',
        'The link works once and for ten minutes. Whoever uses it first can read everything: give it to nobody else.',
        'On the new device:',
        '  mhb call enable_sync \'{"pairing_link": "https://…"}\'',
      ].join('\n'),
    )
    .action(() =>
      withDevice(async (hosted) => {
        const call: typeof hosted.device.call = async (name, input) => {
          const given = await hosted.device.call(name, input);
          showLink(given);
          return given;
        };
        await answer({ ...hosted, device: { ...hosted.device, call } }, 'create_pairing_link', {});
      }),
    );

  const devices = program
    .command('devices')
    .description('list the devices that sync with this account; rename or revoke one')
    .action(() => withDevice((device) => answer(device, 'list_devices', {})));
  devices
    .command('rename')
    .description('call a device something else; the service does not learn the name')
    .argument('<device_id>', 'which one, as `mhb devices` prints it')
    .argument('<name>', 'what it is called from now on')
    .action((device_id: string, name: string) =>
      withDevice((device) => answer(device, 'rename_device', { device_id, name })),
    );
  devices
    .command('revoke')
    .description('end the access of another device at once; what it already had, it keeps')
    .argument('<device_id>', 'which one, as `mhb devices` prints it')
    .action((device_id: string) => withDevice((device) => answer(device, 'revoke_device', { device_id })));
};

/** For people, so on standard error; the link itself is in the answer. */
const showLink = (given: CommandAnswer): void => {
  if ('error' in given) return;
  const { pairing_link } = given.value as { readonly pairing_link: string };
  const inColour = process.stderr.isTTY && process.env.NO_COLOR === undefined;
  process.stderr.write(qrCode(pairing_link, { inColour }));
};
