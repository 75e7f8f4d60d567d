/** A QR code in the terminal, two rows of squares in a line of half blocks; a camera reads it off the screen. */
import encodeQR from 'qr';

/** With colours it is right way round on every background; without, on a dark one. */
export const qrCode = (text: string, { inColour }: { readonly inColour: boolean }): string => {
  const lines = encodeQR(text, 'ascii', { ecc: 'low' }).trimEnd().split('\n');
  return lines.map((line) => (inColour ? `${WHITE_ON_BLACK}${line}${RESET}\n` : `${line}\n`)).join('');
};

const WHITE_ON_BLACK = '\u001b[97;40m';
const RESET = '\u001b[0m';
