/** Asks a service over HTTP as one API key, and remembers what it was answered. */
import { limits } from '@mhb/core-domain/wire';
import { setTimeout as wait } from 'node:timers/promises';
import { sendLarge } from './large-request.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `undefined` where the text is no JSON. */
  readonly body: unknown;
  /** Of a problem document. */
  readonly code: string | undefined;
}

/** One request and its answer, for those who look at all of them. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly answer: Answer;
}

export interface Question {
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 60_000;
/** A service may ask to be asked less often; this many times that is done. */
const WAITS_MAX = 3;

export class ServiceClient {
  readonly url: string;
  readonly #apiKey: string | undefined;
  readonly #exchanges: Exchange[];

  constructor(url: string, apiKey: string | undefined, exchanges: Exchange[] = []) {
    this.url = url.replace(/\/+$/, '');
    this.#apiKey = apiKey;
    this.#exchanges = exchanges;
  }

  /** With another key, or with none, and the same memory. */
  as(apiKey: string | undefined): ServiceClient {
    return new ServiceClient(this.url, apiKey, this.#exchanges);
  }

  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }

  async ask(method: string, path: string, question: Question = {}): Promise<Answer> {
    for (let waited = 0; ; waited += 1) {
      const answer = await this.#askOnce(method, path, question);
      this.#exchanges.push({ method, path, answer });
      if (answer.status !== 429 || waited === WAITS_MAX) return answer;
      await wait((Number(answer.headers.get('retry-after')) || 1) * 1_000);
    }
  }

  async #askOnce(method: string, path: string, { body, text, headers }: Question): Promise<Answer> {
    const payload = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const all = {
      ...(this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const isLarge = typeof payload === 'string' && payload.length > limits.BODY_BYTES_MAX;
    const answer = isLarge
      ? await sendLarge(this.url + path, { method, headers: all, body: payload })
      : await fetch(this.url + path, {
          method,
          headers: all,
          ...(payload === undefined ? {} : { body: payload }),
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
    const answered = await answer.text();
    const parsed = jsonOf(answered);
    return {
      status: answer.status,
      headers: answer.headers,
      text: answered,
      body: parsed,
      code: codeIn(parsed),
    };
  }

  /** An event stream; whoever opens it closes it. */
  async listen(): Promise<{ readonly answer: Response; readonly close: () => void }> {
    const ending = new AbortController();
    const answer = await fetch(`${this.url}/v1/sync/events`, {
      headers: { authorization: `Bearer ${this.#apiKey ?? ''}` },
      signal: ending.signal,
    });
    return {
      answer,
      close: () => {
        ending.abort();
      },
    };
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const codeIn = (body: unknown): string | undefined => {
  const isProblem = typeof body === 'object' && body !== null && 'code' in body;
  return isProblem && typeof body.code === 'string' ? body.code : undefined;
};
