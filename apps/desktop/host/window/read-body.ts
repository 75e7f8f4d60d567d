/** Reads what a page sends, up to a limit: JSON into memory, a file straight to a private file on the disk. */
import { err, ok, type Result } from '@mhb/core-domain';
import { failureText } from '@mhb/device';
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refused, type Refused } from './answers.ts';

const MIB = 1_048_576;
const JSON_BYTES_MAX = 4 * MIB;
export const FILE_BYTES_MAX = 1_024 * MIB;

export const readJsonBody = async (request: IncomingMessage): Promise<Result<unknown, Refused>> => {
  if (!isOf('application/json', request))
    return err(refused(415, 'WrongContentType', 'Send application/json.'));
  const chunks: Buffer[] = [];
  try {
    await pipeline(request, atMost(JSON_BYTES_MAX), async (body: AsyncIterable<Buffer>) => {
      for await (const chunk of body) chunks.push(chunk);
    });
  } catch (error) {
    return err(tooLargeOrCut(error, JSON_BYTES_MAX));
  }
  return parseJson(Buffer.concat(chunks).toString('utf8'));
};

export const parseJson = (text: string): Result<unknown, Refused> => {
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch {
    // Not the message of the parser, which quotes what was sent.
    return err(refused(400, 'InvalidJson', failureText({ type: 'InvalidJson' })));
  }
};

/** The file is new and only its owner's. One that could not be read whole is left to whoever tidies its folder. */
export const saveBody = async (request: IncomingMessage, path: string): Promise<Result<void, Refused>> => {
  if (!isOf('application/octet-stream', request))
    return err(refused(415, 'WrongContentType', 'Send application/octet-stream.'));
  try {
    await pipeline(request, atMost(FILE_BYTES_MAX), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return ok(undefined);
  } catch (error) {
    return err(tooLargeOrCut(error, FILE_BYTES_MAX));
  }
};

class TooLarge extends Error {}

const atMost = (bytesMax: number): Transform => {
  let bytes = 0;
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      bytes += chunk.length;
      if (bytes > bytesMax) done(new TooLarge());
      else done(null, chunk);
    },
  });
};

const tooLargeOrCut = (error: unknown, bytesMax: number): Refused => {
  if (error instanceof TooLarge)
    return refused(413, 'FileTooLarge', failureText({ type: 'FileTooLarge', ...limitOf(bytesMax) }));
  const isDiskFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  return isDiskFull
    ? refused(507, 'DiskFull', failureText({ type: 'DiskFull' }))
    : refused(400, 'WrongRequest', 'The request was cut short.');
};

const limitOf = (bytesMax: number): object => ({ limit_mib: bytesMax / MIB });

const isOf = (type: string, { headers }: IncomingMessage): boolean =>
  headers['content-type']?.split(';')[0]?.trim().toLowerCase() === type;
