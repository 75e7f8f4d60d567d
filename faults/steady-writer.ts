/** Somebody who uploads without end to services that come and go, and remembers what was acknowledged. */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { DownloadAnswer, UploadAnswer } from '@mhb/core-domain/wire';
import { ask, type CreatedAccount } from '../apps/sync-service/src/process.testing.ts';
import { newChange, newId } from '../apps/sync-service/src/testing.ts';

export interface SteadyWriter {
  /** Ids of records, in the order in which their uploads were acknowledged. */
  readonly acknowledged: readonly string[];
  /** How often each answer came that was not 200; "no answer" among them. */
  readonly others: ReadonlyMap<string, number>;
  /** The longest time between two acknowledgements. */
  readonly pauseMs: () => number;
  readonly untilMore: (count: number) => Promise<void>;
  readonly finish: () => Promise<void>;
}

const RETRY_MS = 20;

/** Each upload goes to the next service in turn; one without an acknowledgement is sent again as it is, to another. */
export const writeSteadily = (addresses: readonly string[], account: CreatedAccount): SteadyWriter => {
  const deviceId = randomBytes(8).toString('hex');
  const acknowledged: string[] = [];
  const others = new Map<string, number>();
  let turn = 0;
  let longestMs = 0;
  let lastAt = performance.now();
  let isDone = false;

  const sendOnce = async (body: unknown): Promise<boolean> => {
    const address = addresses[(turn += 1) % addresses.length]!;
    const answer = await ask<UploadAnswer & { readonly code?: string }>({ address }, account, [
      'POST',
      '/v1/sync/upload',
      body,
    ]).catch(() => undefined);
    if (answer?.status === 200 && answer.body.applied.length === 1) return true;
    const name = answer === undefined ? 'no answer' : (answer.body.code ?? String(answer.status));
    others.set(name, (others.get(name) ?? 0) + 1);
    return false;
  };
  const run = async (): Promise<void> => {
    while (!isDone) {
      const change = newChange();
      const body = { device_id: deviceId, batch_id: newId(), changes: [change] };
      while (!(await sendOnce(body))) await wait(RETRY_MS);
      acknowledged.push(change.id);
      longestMs = Math.max(longestMs, performance.now() - lastAt);
      lastAt = performance.now();
    }
  };
  const running = run();
  return {
    acknowledged,
    others,
    pauseMs: () => longestMs,
    untilMore: async (count) => {
      const wanted = acknowledged.length + count;
      while (acknowledged.length < wanted) await wait(RETRY_MS);
    },
    finish: async () => {
      isDone = true;
      await running;
    },
  };
};

/** The ids of everything that a service holds of an account, in order of seq, and the seqs. */
export const readAll = async (
  address: string,
  account: CreatedAccount,
): Promise<readonly { readonly id: string; readonly seq: number }[]> => {
  const all: { id: string; seq: number }[] = [];
  let since: string | null = null;
  for (let isMore = true; isMore;) {
    const asked: { readonly status: number; readonly body: DownloadAnswer } = await ask(
      { address },
      account,
      ['POST', '/v1/sync/download', { device_id: '00000000000000a1', since }],
    );
    if (asked.status !== 200) throw new Error(`the service answered ${String(asked.status)}`);
    all.push(...asked.body.records.map(({ id, seq }) => ({ id, seq })));
    since = asked.body.next;
    isMore = asked.body.has_more;
  }
  return all;
};
