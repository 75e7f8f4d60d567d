/**
 * A service of version 1 of the wire: in front of the true one it knows only the routes that version 1 had, refuses
 * members that version 1 did not know, and says nothing of versions.
 */
import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';

const text = z.string();
const count = z.int().min(0);

/** Every request with what its body may have; `null` for none. */
const requests: Readonly<Record<string, z.ZodType | null>> = {
  'POST /v1/sync/upload': z.strictObject({
    device_id: text,
    batch_id: text,
    changes: z.array(z.strictObject({ id: text, base: count, sealed: z.base64() })).min(1),
  }),
  'POST /v1/sync/download': z.strictObject({
    device_id: text,
    since: text.nullable(),
    limit: count.optional(),
    skip_batches: z.array(text).optional(),
  }),
  'GET /v1/keyring': null,
  'PUT /v1/keyring': z.strictObject({ base_generation: count, sealed: text, recovery: text }),
  'GET /v1/auth/api-keys': null,
  'POST /v1/auth/api-keys': z.strictObject({ label: text, scopes: z.array(text).optional() }),
  'DELETE /v1/auth/api-keys': z.strictObject({ key_id: text }),
};

export interface OldService {
  readonly url: string;
  /** What it did not know, and what it was asked with members it did not know. */
  readonly unknown: readonly string[];
  readonly misunderstood: readonly string[];
  readonly close: () => Promise<void>;
}

export const openServiceOfVersion1 = async (trueUrl: string): Promise<OldService> => {
  const unknown: string[] = [];
  const misunderstood: string[] = [];
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const { method = '', url = '', headers } = request;
      const sent = await buffer(request);
      const name = `${method} ${url}`;
      const body = requests[name];
      if (body === undefined) {
        unknown.push(name);
        refuse(response, 404, 'not_found');
        return;
      }
      if (body !== null && !body.safeParse(JSON.parse(sent.toString())).success) {
        misunderstood.push(name);
        refuse(response, 400, 'invalid_request');
        return;
      }
      const { authorization = '', 'content-type': type } = headers;
      const answer = await fetch(trueUrl + url, {
        method,
        headers: { authorization, ...(type === undefined ? {} : { 'content-type': type }) },
        ...(sent.length === 0 ? {} : { body: sent }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    };
    serve().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the old service has a port');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    unknown,
    misunderstood,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const refuse = (response: ServerResponse, status: number, code: string): void => {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ type: `urn:mental-health-bar:problem:${code}`, title: code, status, code }));
};
