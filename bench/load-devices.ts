/**
 * Devices as the service meets them: one uploads and asks for what is new; the other one of its account, where it is
 * online, has an event stream at some instance, hears of it and downloads.
 *
 *   visit ──► upload ──► download            the times of both
 *                 └─► stream of the other ──► download      from the answer of the upload to the event
 */
import { randomBytes } from 'node:crypto';
import { Agent, get, type ClientRequest } from 'node:http';
import type { DownloadAnswer, UploadAnswer } from '@mhb/core-domain/wire';
import type { LoadDevice, UsedAccount } from './load-accounts.ts';
import type { Visit } from './load-day.ts';
import { post } from './throughput-load.ts';

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
  errors: number;
}

export const newCounts = (): Counts => ({
  uploadMs: [],
  downloadMs: [],
  heardMs: [],
  changes: 0,
  requests: 0,
  errors: 0,
});

export class LoadDevices {
  readonly #urls: readonly string[];
  readonly #accounts: readonly UsedAccount[];
  readonly #agents: readonly Agent[];
  readonly #streams: ClientRequest[] = [];
  /** By account: which head its other device has still to hear of, and since when. */
  readonly #unheard = new Map<UsedAccount, { readonly head: number; readonly at: number }>();
  #turn = 0;
  #counts: Counts;

  constructor(urls: readonly string[], accounts: readonly UsedAccount[], counts: Counts) {
    this.#urls = urls;
    this.#accounts = accounts;
    this.#agents = urls.map(() => new Agent({ keepAlive: true, maxSockets: CONNECTIONS }));
    this.#counts = counts;
  }

  /** What comes from now on is counted there. */
  countIn(counts: Counts): void {
    this.#counts = counts;
  }

  /** The second device of the first accounts comes online, spread over the services. */
  async openStreams(count: number): Promise<void> {
    const opening = this.#accounts.slice(0, count).map(
      (account, index) =>
        new Promise<void>((resolve, reject) => {
          const request = get(
            `${this.#urls[index % this.#urls.length]!}/v1/sync/events`,
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
          this.#streams.push(request);
        }),
    );
    await Promise.all(opening);
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
    } catch {
      this.#counts.errors += 1;
    } finally {
      device.isBusy = false;
    }
  }

  close(): void {
    for (const stream of this.#streams) stream.on('error', () => undefined).destroy();
    for (const agent of this.#agents) agent.destroy();
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
      .catch(() => {
        this.#counts.errors += 1;
      })
      .finally(() => {
        device.isBusy = false;
      });
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
    const service = (this.#turn += 1) % this.#urls.length;
    const text = JSON.stringify(body);
    const begunAt = performance.now();
    const answer = await post(this.#agents[service]!, this.#urls[service]! + path, apiKey, text);
    timesMs.push(performance.now() - begunAt);
    this.#counts.requests += 1;
    return JSON.parse(answer) as Answer;
  }
}

const randomId = (): string => randomBytes(16).toString('hex');

const sealed = (): string =>
  Buffer.concat([Buffer.from([1, 1]), randomBytes(SEALED_BYTES - 2)]).toString('base64');
