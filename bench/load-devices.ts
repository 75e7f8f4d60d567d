/**
 * Devices as the service meets them: one uploads and asks for what is new; the other one of its account, where it is
 * online, has an event stream at some instance, hears of it and downloads.
 *
 *   visit ──► upload ──► download            the times of both
 *                 └─► stream of the other ──► download      from the answer of the upload to the event
 */
import { randomBytes } from 'node:crypto';
import { Agent, get, type ClientRequest } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { DownloadAnswer, UploadAnswer } from '@mhb/core-domain/wire';
import type { LoadDevice, UsedAccount } from './load-accounts.ts';
import type { Visit } from './load-day.ts';
import { NotTaken, post } from './throughput-load.ts';

/** The most common size: a padded plaintext of 512 bytes and what stands around it (rule E2). */
const SEALED_BYTES = 570;
/** Of one service; a proxy in front holds as many. */
const CONNECTIONS = 64;

export interface Counts {
  readonly uploadMs: number[];
  readonly downloadMs: number[];
  readonly heardMs: number[];
  changes: number;
  requests: number;
  /** Requests that were sent again. */
  repeats: number;
  /** How often each thing went wrong for good. */
  readonly errors: Map<string, number>;
}

/** Services that may be away for a while. */
export interface Patience {
  /** How long a request is sent again, to the next service each time, before it counts as an error. */
  readonly upToMs: number;
  /** Is told what the answer of an upload said is stored. */
  readonly onStored: (account: UsedAccount, applied: UploadAnswer['applied']) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

export const newCounts = (): Counts => ({
  uploadMs: [],
  downloadMs: [],
  heardMs: [],
  changes: 0,
  requests: 0,
  repeats: 0,
  errors: new Map(),
});

export class LoadDevices {
  readonly #urls: readonly string[];
  readonly #accounts: readonly UsedAccount[];
  readonly #agents: readonly Agent[];
  readonly #streams = new Set<ClientRequest>();
  /** By account: which head its other device has still to hear of, and since when. */
  readonly #unheard = new Map<UsedAccount, { readonly head: number; readonly at: number }>();
  readonly #patience: Patience | undefined;
  #turn = 0;
  #isClosed = false;
  #counts: Counts;

  constructor(
    urls: readonly string[],
    accounts: readonly UsedAccount[],
    counts: Counts,
    patience?: Patience,
  ) {
    this.#urls = urls;
    this.#accounts = accounts;
    this.#agents = urls.map(() => new Agent({ keepAlive: true, maxSockets: CONNECTIONS }));
    this.#counts = counts;
    this.#patience = patience;
  }

  /** What comes from now on is counted there. */
  countIn(counts: Counts): void {
    this.#counts = counts;
  }

  /** The second device of the first accounts comes online, spread over the services. */
  async openStreams(count: number): Promise<void> {
    await Promise.all(
      this.#accounts.slice(0, count).map((account, index) => this.#openStream(account, index)),
    );
  }

  /** The connection that this visit and its like come over is drawn in turns. */
  async visit({ account: number, changes, rewrites }: Omit<Visit, 'atMs'>): Promise<void> {
    const account = this.#accounts[number]!;
    const device = account.devices.find(({ isBusy }) => !isBusy);
    // Both are still at it: their person does not begin anew.
    if (device === undefined) return;
    device.isBusy = true;
    try {
      const batch = await this.#upload(account, device, { changes, rewrites });
      await this.#download(account, device, [batch]);
    } catch (error) {
      this.#countError(error);
    } finally {
      device.isBusy = false;
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const stream of this.#streams) stream.on('error', () => undefined).destroy();
    for (const agent of this.#agents) agent.destroy();
  }

  /** Resolves when it is open; where there is patience, one that ends later is opened again at the next service. */
  #openStream(account: UsedAccount, service: number): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const request = get(
        `${this.#urls[service % this.#urls.length]!}/v1/sync/events`,
        { agent: false, headers: { authorization: `Bearer ${account.apiKey}` } },
        (answer) => {
          answer.setEncoding('utf8').on('data', (text: string) => {
            for (const [, head] of text.matchAll(/^data: \{"head":(\d+)\}$/gm))
              this.#hear(account, Number(head));
            resolve();
          });
          answer.on('error', () => undefined);
        },
      );
      request.on('error', reject);
      request.on('close', () => {
        this.#streams.delete(request);
        if (this.#isClosed || this.#patience === undefined) return;
        setTimeout(() => {
          this.#openStream(account, service + 1).then(resolve, () => undefined);
        }, pauseMs(3)).unref();
      });
      this.#streams.add(request);
    });
  }

  #hear(account: UsedAccount, head: number): void {
    const unheard = this.#unheard.get(account);
    if (unheard === undefined || head < unheard.head) return;
    this.#unheard.delete(account);
    this.#counts.heardMs.push(performance.now() - unheard.at);
    const [, device] = account.devices;
    if (device.isBusy) return;
    device.isBusy = true;
    this.#download(account, device, [])
      .catch((error: unknown) => {
        this.#countError(error);
      })
      .finally(() => {
        device.isBusy = false;
      });
  }

  #countError(error: unknown): void {
    const name = error instanceof Error ? error.message : 'unknown';
    this.#counts.errors.set(name, (this.#counts.errors.get(name) ?? 0) + 1);
  }

  async #upload(
    account: UsedAccount,
    device: LoadDevice,
    { changes, rewrites }: Pick<Visit, 'changes' | 'rewrites'>,
  ): Promise<string> {
    const batchId = randomBytes(16).toString('hex');
    const rewritten = device.latest !== undefined && rewrites > 0 ? [device.latest] : [];
    const fresh = Array.from({ length: changes - rewritten.length }, () => ({ id: randomId(), seq: 0 }));
    const sent = [...rewritten, ...fresh].map(({ id, seq }) => ({ id, base: seq, sealed: sealed() }));
    const answer = await this.#ask<UploadAnswer>(
      account,
      '/v1/sync/upload',
      { device_id: device.deviceId, batch_id: batchId, changes: sent },
      this.#counts.uploadMs,
    );
    if (answer.applied.length !== changes) throw new Error('an upload was not taken whole');
    this.#patience?.onStored(account, answer.applied);
    this.#counts.changes += changes;
    device.latest = answer.applied.at(-1);
    if (account.devices[1] !== device && !this.#unheard.has(account))
      this.#unheard.set(account, { head: answer.head, at: performance.now() });
    return batchId;
  }

  async #download(account: UsedAccount, device: LoadDevice, skipped: readonly string[]): Promise<void> {
    const body = { device_id: device.deviceId, since: device.since, skip_batches: skipped };
    const answer = await this.#ask<DownloadAnswer>(
      account,
      '/v1/sync/download',
      body,
      this.#counts.downloadMs,
    );
    device.since = answer.next;
  }

  async #ask<Answer>(
    { apiKey }: UsedAccount,
    path: string,
    body: unknown,
    timesMs: number[],
  ): Promise<Answer> {
    const text = JSON.stringify(body);
    const begunAt = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      const service = (this.#turn += 1) % this.#urls.length;
      try {
        const answer = await post(this.#agents[service]!, this.#urls[service]! + path, apiKey, text);
        timesMs.push(performance.now() - begunAt);
        this.#counts.requests += 1;
        return JSON.parse(answer) as Answer;
      } catch (error) {
        const isFinal = error instanceof NotTaken && error.status !== 503;
        if (isFinal || performance.now() - begunAt > (this.#patience?.upToMs ?? 0)) throw error;
        this.#counts.repeats += 1;
        await wait(pauseMs(attempt));
      }
    }
  }
}

/** Twice as long each time, and not the same for all. */
const pauseMs = (attempt: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + Math.random());

const randomId = (): string => randomBytes(16).toString('hex');

const sealed = (): string =>
  Buffer.concat([Buffer.from([1, 1]), randomBytes(SEALED_BYTES - 2)]).toString('base64');
