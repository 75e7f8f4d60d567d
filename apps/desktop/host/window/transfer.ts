/**
 * Files that the page sends to be imported, and fetches as exports. In between they lie in a private folder beside the
 * data, for as long as the request takes.
 */
import { Zip, ZipDeflate } from 'fflate';
import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { refused, sendJson, sendRefused } from './answers.ts';
import { exporting, importing } from './paths.ts';
import { parseJson, saveBody } from './read-body.ts';
import type { Asked, RouteDeps } from './routes.ts';

const folderIn = (dataDir: string): string => join(dataDir, 'window-files');

/** Removes what a host that was killed left behind. */
export const removeLeftFiles = (dataDir: string): void => {
  rmSync(folderIn(dataDir), { recursive: true, force: true });
};

const newPlace = (dataDir: string): string => {
  mkdirSync(folderIn(dataDir), { recursive: true, mode: 0o700 });
  return join(folderIn(dataDir), randomUUID());
};

export const importFile = async (
  { dataDir, device, idle }: RouteDeps,
  { request, response, rest: name, query }: Asked,
): Promise<void> => {
  const input = parseJson(query.get('input') ?? '{}');
  const fields = input.ok ? z.record(z.string(), z.unknown()).safeParse(input.value).data : undefined;
  if (!importing.has(name)) {
    sendRefused(response, refused(404, 'NotFound', 'That brings nothing in.'));
    return;
  }
  if (fields === undefined) {
    sendRefused(response, refused(400, 'InvalidJson', 'The input is not one JSON object.'));
    return;
  }
  const file = newPlace(dataDir);
  try {
    const saved = await saveBody(request, file);
    if (!saved.ok) {
      sendRefused(response, saved.error);
      return;
    }
    await idle.touch();
    sendJson(response, 200, await device.call(name, { ...fields, file }));
  } finally {
    rmSync(file, { force: true });
  }
};

export const exportFile = async (
  { dataDir, device, idle, today }: RouteDeps,
  { response, rest: name }: Asked,
): Promise<void> => {
  if (!exporting.has(name)) {
    sendRefused(response, refused(404, 'NotFound', 'That brings nothing out.'));
    return;
  }
  const to = newPlace(dataDir);
  try {
    await idle.touch();
    const answer = await device.call(name, { to });
    if ('error' in answer) {
      sendJson(response, 200, answer);
      return;
    }
    await (name === 'export_json'
      ? send(response, createReadStream(to), { type: 'application/json', name: `${today()}.json` })
      : send(response, zipOf(to), { type: 'application/zip', name: `${today()}.zip` }));
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
};

const send = async (
  response: ServerResponse,
  bytes: Readable,
  { type, name }: { readonly type: string; readonly name: string },
): Promise<void> => {
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="mental-health-bar-${name}"`,
  });
  // A page that went away while it read has seen enough.
  await pipeline(bytes, response).catch(() => undefined);
};

/** The files of a folder, read as fast as they are taken. */
const zipOf = (folder: string): Readable => Readable.from(zipped(folder));

async function* zipped(folder: string): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error !== null) throw error;
    ready.push(bytes);
  });
  for (const name of readdirSync(folder).toSorted()) {
    const file = new ZipDeflate(name, { level: 6 });
    zip.add(file);
    for await (const chunk of createReadStream(join(folder, name))) {
      file.push(z.instanceof(Uint8Array).parse(chunk));
      yield* ready.splice(0);
    }
    file.push(new Uint8Array(), true);
  }
  zip.end();
  yield* ready.splice(0);
}
