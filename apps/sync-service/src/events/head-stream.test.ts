/** What an event stream keeps for a reader that is slow, or has gone. */
import { AccountId, KeyId } from '@mhb/core-domain/wire';
import { expect, test } from 'vitest';
import { HeadStream } from './head-stream.ts';

const caller = { accountId: AccountId.parse('a'.repeat(32)), keyId: KeyId.parse('a'.repeat(48)) };

const open = () => {
  const ended: true[] = [];
  return { stream: new HeadStream(caller, () => ended.push(true)), ended };
};

test('[D8] of a slow reader only the latest head waits', () => {
  const { stream } = open();
  for (let head = 1; head <= 100_000; head += 1) stream.tell(head);
  expect(stream.body.readableLength).toBeLessThan(200);
  const texts: string[] = [];
  stream.body.setEncoding('utf8');
  for (
    let text = stream.body.read() as string | null;
    text !== null;
    text = stream.body.read() as typeof text
  )
    texts.push(text);
  expect(texts.join('').match(/\d+/g)?.at(-1)).toBe('100000');
  expect(texts.join('').match(/\d+/g)?.length).toBeLessThanOrEqual(3);
});

test('[D8] who reads nothing between two heartbeats is let go, once', () => {
  const { stream, ended } = open();
  stream.tell(1);
  stream.beat();
  expect(ended).toEqual([]);
  stream.beat();
  stream.beat();
  expect(stream.body.destroyed).toBe(true);
});

test('[D8] the same head is said once, and nothing after the key has ended', () => {
  const { stream, ended } = open();
  stream.body.setEncoding('utf8');
  stream.tell(3);
  stream.tell(3);
  expect(stream.body.read()).toBe('event: head\ndata: {"head":3}\n\n');
  expect(stream.body.read()).toBe(null);
  stream.tell(undefined);
  stream.tell(4);
  expect(ended).toEqual([true]);
  expect(stream.body.read()).toBe(null);
});
