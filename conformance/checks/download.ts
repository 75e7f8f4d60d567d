/** Downloads, the digest over all of it, and the stream that says when there is more (rules D1, D5, D6, D8). */
import { DigestAnswer, HeadEvent, limits } from '@mhb/core-domain/wire';
import { createHash } from 'node:crypto';
import { type Check, hold, holdEqual, holdRefused, read, Skipped } from '../check.ts';
import {
  cursorNow,
  DEVICE_ID,
  downloadAll,
  downloadPage,
  headOf,
  newChange,
  newId,
  newKey,
  newSealed,
  revokeKey,
  store,
  upload,
} from '../visit.ts';

const bytesOf = ({ sealed }: { readonly sealed: string }): number => Buffer.byteLength(sealed, 'base64');

export const downloadChecks: readonly Check[] = [
  {
    rule: 'D1',
    promise: 'of a record that was changed only the present envelope is given',
    run: async ({ client }) => {
      const [first] = await store(client, 1);
      hold(first !== undefined, 'nothing was stored');
      const change = newChange({ id: first.id, base: first.seq });
      const { applied } = await upload(client, [change]);
      const found = (await downloadAll(client)).records.filter(({ id }) => id === first.id);
      const present = { id: first.id, seq: applied[0]?.seq, sealed: change.sealed };
      holdEqual(found, [present], 'the record comes twice, or as it was');
    },
  },
  {
    rule: 'D5',
    promise: 'pages follow each other in order of seq, and say how many remain',
    run: async ({ client }) => {
      const start = await cursorNow(client);
      const stored = await store(client, 7);
      const sizes: number[] = [];
      const given = [];
      let since = start;
      for (const remaining of [4, 1, 0]) {
        const page = await downloadPage(client, since, { limit: 3 });
        hold(page.remaining === remaining, 'the number of those that remain is another one');
        hold(page.has_more === remaining > 0, 'has_more says something else than remaining');
        since = page.next;
        sizes.push(page.records.length);
        given.push(...page.records);
      }
      holdEqual(sizes, [3, 3, 1], 'the pages have other sizes');
      holdEqual(given, stored, 'the records are other ones, or in another order');
      hold((await downloadPage(client, since)).records.length === 0, 'behind the last page there is more');
      const again = await downloadPage(client, start, { limit: 3 });
      holdEqual(again.records, stored.slice(0, 3), 'an earlier cursor gives another page than before');
    },
  },
  {
    rule: 'D5',
    promise: 'a page has at most 4 MiB of envelopes',
    run: async ({ client }) => {
      const start = await cursorNow(client);
      const large = 200 * 1024;
      const stored = [];
      for (let batch = 0; batch < 3; batch += 1) stored.push(...(await store(client, 8, large)));
      const page = await downloadPage(client, start);
      const bytes = page.records.reduce((sum, record) => sum + bytesOf(record), 0);
      hold(bytes <= limits.DOWNLOAD_BYTES_MAX, 'the page is larger');
      hold(page.records.length > 0 && page.has_more, 'a page says that there is no more');
      const rest = await downloadAll(client, page.next);
      holdEqual([...page.records, ...rest.records], stored, 'the pages together are not all of it');
      // The room is given back.
      await upload(
        client,
        stored.map(({ id, seq }) => newChange({ id, base: seq, sealed: newSealed() })),
      );
    },
  },
  {
    rule: 'D5',
    promise: 'own batches that a device names are left out of a page',
    run: async ({ client }) => {
      const start = await cursorNow(client);
      const [own, others] = [newId(), newChange()];
      await upload(client, [newChange(), newChange()], own);
      await upload(client, [others]);
      const page = await downloadPage(client, start, { skip_batches: [own] });
      holdEqual(
        page.records.map(({ id }) => id),
        [others.id],
        'the page has other records',
      );
      hold((await downloadPage(client, page.next)).records.length === 0, 'they came with the next page');
    },
  },
  {
    rule: 'D6',
    promise: 'a batch that the device knows to be stored and is not shows another history',
    run: async ({ client }) => {
      const body = { device_id: DEVICE_ID, since: await cursorNow(client), skip_batches: [newId()] };
      holdRefused(
        await client.ask('POST', '/v1/sync/download', { body }),
        409,
        'history_diverged',
        'an unknown batch',
      );
    },
  },
  {
    rule: 'D6',
    promise: 'a cursor of another account is of another history',
    run: async ({ client, other }) => {
      if (other === undefined) return new Skipped('needs --other-api-key');
      const body = { device_id: DEVICE_ID, since: await cursorNow(other) };
      const answer = await client.ask('POST', '/v1/sync/download', { body });
      hold(answer.status === 409, 'the cursor was taken');
      return undefined;
    },
  },
  {
    rule: 'D8',
    promise: 'the digest is over ids, seqs and envelopes of everything that a download gives',
    run: async ({ client }) => {
      const { records, head } = await downloadAll(client);
      const answer = await client.ask('POST', '/v1/sync/digest', { body: { device_id: DEVICE_ID } });
      const said = read(DigestAnswer, answer, 'the digest');
      const parts = records
        .map(({ id, seq, sealed }) => {
          const number = Buffer.alloc(8);
          number.writeBigUInt64BE(BigInt(seq));
          const hash = createHash('sha256').update(Buffer.from(sealed, 'base64')).digest();
          return Buffer.concat([Buffer.from(id, 'hex'), number, hash]);
        })
        .toSorted((a, b) => Buffer.compare(a, b));
      const digest = createHash('sha256').update(Buffer.concat(parts)).digest('hex');
      holdEqual(said, { head, count: records.length, digest }, 'both sides do not hold the same');
    },
  },
  {
    rule: 'D8',
    promise: 'the stream tells the head at once and after a change, and ends with its key',
    run: async ({ client }) => {
      const key = await newKey(client);
      const { answer, close } = await key.client.listen();
      try {
        hold(answer.status === 200, `the stream was answered with ${String(answer.status)}`);
        const type = answer.headers.get('content-type') ?? '';
        hold(type.startsWith('text/event-stream'), 'the stream has another type');
        const heads = headsIn(answer);
        holdEqual(await nextOf(heads), await headOf(client), 'the first head is another one');
        const { head } = await upload(client, [newChange()]);
        holdEqual(await nextOf(heads), head, 'the head after a change is another one');
        await revokeKey(client, key.keyId);
        hold((await nextOf(heads)) === undefined, 'the stream goes on after its key was revoked');
      } finally {
        close();
      }
    },
  },
];

/** What a reader of server-sent events hears. Another event than a head is none that a device understands. */
async function* headsIn(answer: Response): AsyncGenerator<number, undefined> {
  let text = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const data = lines.find((line) => line.startsWith('data:'))?.slice('data:'.length);
      if (data === undefined) continue;
      hold(lines.includes('event: head'), 'an event has another name');
      const event = HeadEvent.strict().safeParse(JSON.parse(data));
      hold(event.success, 'an event has more than the head in it');
      yield event.data.head;
    }
  }
  return undefined;
}

const PATIENCE_MS = 15_000;

const nextOf = async (heads: AsyncGenerator<number, undefined>): Promise<number | undefined> => {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error('nothing came on the stream'));
  }, PATIENCE_MS);
  try {
    return (await Promise.race([heads.next(), tooLate])).value;
  } finally {
    clearTimeout(timer);
  }
};
