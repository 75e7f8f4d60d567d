/** What is printed is a QR code that gives back the text. */
import decodeQR from 'qr/decode.js';
import { expect, test } from 'vitest';
import { qrCode } from './qr-code.ts';

const LINK = `https://sync.example.org/pair#${'0123456789abcdef'.repeat(4)}.${'fedcba98'.repeat(4)}`;
const SQUARE = 4;

/** The picture a camera would see on a dark terminal: each character is two squares, one above the other. */
const pictureOf = (text: string) => {
  const rows = text
    .trimEnd()
    .split('\n')
    .flatMap((line) => [
      Array.from(line, (character) => '█▀'.includes(character)),
      Array.from(line, (character) => '█▄'.includes(character)),
    ]);
  const [width, height] = [(rows[0]?.length ?? 0) * SQUARE, rows.length * SQUARE];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isLight = rows[Math.floor(y / SQUARE)]?.[Math.floor(x / SQUARE)] ?? false;
      data.fill(isLight ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height, data };
};

test('[E6] the code gives back the link, and is narrow enough for a terminal', () => {
  const printed = qrCode(LINK, { inColour: false });
  expect(decodeQR(pictureOf(printed))).toBe(LINK);
  for (const line of printed.split('\n')) expect(line.length).toBeLessThan(80);
});

test('[E6] with colours each line says which, and leaves none behind', () => {
  const plain = qrCode(LINK, { inColour: false }).trimEnd().split('\n');
  const coloured = qrCode(LINK, { inColour: true }).trimEnd().split('\n');
  expect(coloured).toEqual(plain.map((line) => `\u001b[97;40m${line}\u001b[0m`));
});
