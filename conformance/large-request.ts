/**
 * A request whose body is larger than a service takes. It may be refused by its length alone and the connection closed
 * while the body is still on its way; who only then looks for the answer may find it gone. So the body waits a moment.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const MOMENT_MS = 2_000;

export interface LargeRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer as `fetch` would give it. */
export const sendLarge = (url: string, { method, headers, body }: LargeRequest): Promise<Response> =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const length = String(Buffer.byteLength(body));
    const request = send(url, { method, headers: { ...headers, 'content-length': length } });
    const later = setTimeout(() => request.end(body), MOMENT_MS);
    request.on('response', (answer) => {
      clearTimeout(later);
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject).on('end', () => {
        request.destroy();
        const given = Object.entries(answer.headers).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]);
        resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 0, headers: given }));
      });
    });
    request.on('error', (error) => {
      clearTimeout(later);
      reject(error);
    });
    request.flushHeaders();
  });
