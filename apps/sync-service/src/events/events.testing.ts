/** An event stream as a device has it, for tests: over a real connection, with what was heard so far. */
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export interface Listening {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  /** The heads, in the order in which they came. */
  readonly heads: readonly number[];
  /** Everything, as it came. */
  readonly text: () => string;
  readonly ended: Promise<unknown>;
  readonly stopReading: () => void;
  readonly hangUp: () => ClientRequest;
}

export const listenTo = async (address: string, apiKey: string): Promise<Listening> => {
  const request = get(`${address}/v1/sync/events`, {
    headers: { authorization: `Bearer ${apiKey}` },
    agent: false,
  });
  request.on('error', () => undefined);
  onTestFinished(() => void request.destroy());
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const heads: number[] = [];
  let text = '';
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (const [, head] of chunk.matchAll(/^data: \{"head":(\d+)\}$/gm)) heads.push(Number(head));
  });
  answer.on('error', () => undefined);
  // Cut off is an end too.
  const ended = new Promise((resolve) => answer.once('close', resolve));
  return {
    status: answer.statusCode,
    headers: answer.headers,
    heads,
    text: () => text,
    ended,
    stopReading: () => answer.pause(),
    hangUp: () => request.destroy(),
  };
};
