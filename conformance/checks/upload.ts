/** Uploads: compare and set, change by change, and again (rules D1 to D4, D6). */
import { limits, UploadAnswer } from '@mhb/core-domain/wire';
import { type Check, hold, holdEqual, holdRefused, read } from '../check.ts';
import {
  cursorNow,
  DEVICE_ID,
  downloadAll,
  hashOf,
  headOf,
  newChange,
  newId,
  newSealed,
  sendBatch,
  store,
  upload,
} from '../visit.ts';

/** Nothing has to take longer than a few of these. */
const ROUNDS = 8;

export const uploadChecks: readonly Check[] = [
  {
    rule: 'D3',
    promise: 'new records are taken and get the seqs that follow the head, in their order',
    run: async ({ client }) => {
      const head = await headOf(client);
      const changes = Array.from({ length: 5 }, () => newChange());
      const answer = await upload(client, changes);
      const expected = changes.map(({ id }, index) => ({ id, seq: head + index + 1 }));
      holdEqual(answer.applied, expected, 'the seqs are other ones');
      hold(answer.head === head + 5, 'the head is another one');
      hold(answer.conflicts.length + answer.rejected.length === 0, 'a new record was not taken');
    },
  },
  {
    rule: 'D3',
    promise: 'a change on another base is a conflict with the present envelope, and its siblings are taken',
    run: async ({ client }) => {
      const [held] = await store(client, 1);
      hold(held !== undefined, 'nothing was stored');
      const { id } = held;
      const late = newChange({ id });
      const sibling = newChange();
      const answer = await upload(client, [late, sibling]);
      holdEqual(answer.conflicts, [held], 'the conflict does not have the present envelope');
      holdEqual(
        answer.applied.map((applied) => applied.id),
        [sibling.id],
        'the sibling was not taken',
      );
      const onTop = await upload(client, [newChange({ id, base: held.seq })]);
      hold(onTop.applied.length === 1, 'a change on the present version was not taken');
      const stale = await upload(client, [newChange({ id, base: held.seq })]);
      hold(stale.conflicts.length === 1, 'of two changes on one version both were taken');
    },
  },
  {
    rule: 'D3',
    promise: 'a change says by its hash what it was built on',
    run: async ({ client }) => {
      const [held] = await store(client, 1);
      hold(held !== undefined, 'nothing was stored');
      const { id, seq, sealed } = held;
      const wrong = await upload(client, [newChange({ id, base: seq, base_hash: '0'.repeat(64) })]);
      hold(wrong.conflicts.length === 1, 'a change on another envelope was taken');
      const right = await upload(client, [newChange({ id, base: seq, base_hash: hashOf(sealed) })]);
      hold(right.applied.length === 1, 'a change on the present envelope was not taken');
    },
  },
  {
    rule: 'D3',
    promise: 'a change that can’t be stored is rejected by its code, and its siblings are taken',
    run: async ({ client }) => {
      const twice = newId();
      const changes = [
        newChange({ sealed: newSealed(limits.SEALED_BYTES_MAX + 1) }),
        newChange({ sealed: newSealed(limits.SEALED_BYTES_MIN - 1) }),
        newChange({ sealed: Buffer.alloc(limits.SEALED_BYTES_MIN, 9).toString('base64') }),
        newChange({ id: twice }),
        newChange({ id: twice }),
      ];
      const { applied, rejected } = await upload(client, changes);
      const codes = ['sealed_too_large', 'sealed_too_small', 'unknown_format', 'repeated_id'];
      holdEqual(
        rejected.map(({ code }) => code),
        codes,
        'the codes are other ones',
      );
      holdEqual(
        applied.map(({ id }) => id),
        [twice],
        'the sibling was not taken',
      );
    },
  },
  {
    rule: 'D3',
    promise: 'a batch of 500 changes and an envelope of 256 KiB are taken',
    run: async ({ client }) => {
      await store(client, limits.UPLOAD_CHANGES_MAX);
      await store(client, 1, limits.SEALED_BYTES_MAX);
    },
  },
  {
    rule: 'D6',
    promise: 'a change on a record that is not there shows another history',
    run: async ({ client }) => {
      const head = await headOf(client);
      const answer = await sendBatch(client, [newChange(), newChange({ base: 7 })]);
      holdRefused(answer, 409, 'history_diverged', 'a base of a record that is not there');
      hold((await headOf(client)) === head, 'a batch that was refused has changed something');
    },
  },
  {
    rule: 'D4',
    promise: 'a batch that is sent again is stored once and gets the same answer',
    run: async ({ client }) => {
      const [held] = await store(client, 1);
      hold(held !== undefined, 'nothing was stored');
      const changes = [newChange(), newChange({ id: held.id }), newChange({ sealed: 'AQEA' })];
      const batchId = newId();
      const first = await upload(client, changes, batchId);
      const second = await upload(client, changes, batchId);
      holdEqual(second, first, 'the second answer is another one');
      hold((await headOf(client)) === first.head, 'the batch was stored twice');
      // A device that comes back late still learns what became of its batch.
      await upload(client, [newChange({ id: changes[0]?.id ?? '', base: first.applied[0]?.seq ?? 0 })]);
      const later = await upload(client, changes, batchId);
      holdEqual(
        [later.applied, later.rejected],
        [first.applied, first.rejected],
        'after another change the answer is another one',
      );
    },
  },
  {
    rule: 'D4',
    promise: 'white space and the order of members make no other batch',
    run: async ({ client }) => {
      const [batch_id, change] = [newId(), newChange()];
      const first = await upload(client, [change], batch_id);
      const { id, base, sealed } = change;
      const body = { changes: [{ sealed, base, id }], batch_id, device_id: DEVICE_ID };
      const text = JSON.stringify(body, null, 2);
      const second = read(
        UploadAnswer,
        await client.ask('POST', '/v1/sync/upload', { text }),
        'the same batch',
      );
      holdEqual(second, first, 'the answer is another one');
    },
  },
  {
    rule: 'D4',
    promise: 'a batch id with other bytes is refused, and nothing is changed',
    run: async ({ client }) => {
      const batchId = newId();
      const { head } = await upload(client, [newChange()], batchId);
      holdRefused(
        await sendBatch(client, [newChange()], batchId),
        422,
        'batch_id_reused',
        'the same batch id',
      );
      hold((await headOf(client)) === head, 'a refused batch was stored');
    },
  },
  {
    rule: 'D4',
    promise: 'a batch that is sent many times at once is stored once',
    run: async ({ client }) => {
      const head = await headOf(client);
      const [batchId, change] = [newId(), newChange()];
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => sendBatch(client, [change], batchId)),
      );
      const first = read(UploadAnswer, answers[0] ?? (await sendBatch(client, [change], batchId)), 'a batch');
      for (const answer of answers) {
        holdEqual(read(UploadAnswer, answer, 'the same batch').applied, first.applied, 'two answers differ');
      }
      hold((await headOf(client)) === head + 1, 'the batch was stored more than once');
    },
  },
  {
    rule: 'D2',
    promise: 'of two changes on one base one is taken, however they meet',
    run: async ({ client }) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const id = newId();
        const answers = await Promise.all(
          Array.from({ length: 4 }, () => upload(client, [newChange({ id })])),
        );
        const taken = answers.filter(({ applied }) => applied.length === 1).length;
        hold(taken === 1, `of four changes on one base ${String(taken)} were taken`);
      }
    },
  },
  {
    rule: 'D2',
    promise: 'a reader that has seen a seq is never owed an earlier one',
    run: async ({ client }) => {
      let cursor = await cursorNow(client);
      const head = await headOf(client);
      const writers = Array.from({ length: 6 }, async () => {
        const seqs: number[] = [];
        for (let round = 0; round < ROUNDS; round += 1)
          seqs.push(...(await store(client, 2)).map(({ seq }) => seq));
        return seqs;
      });
      const writing = { isDone: false };
      const written = Promise.all(writers).finally(() => {
        writing.isDone = true;
      });
      written.catch(() => undefined);
      const seen: number[] = [];
      const look = async (): Promise<void> => {
        const page = await downloadAll(client, cursor, 3);
        cursor = page.next;
        seen.push(...page.records.map(({ seq }) => seq));
      };
      while (!writing.isDone) await look();
      await look();
      const stored = (await written).flat().toSorted((a, b) => a - b);
      const expected = stored.map((_, index) => head + index + 1);
      holdEqual(stored, expected, 'the seqs that were given have gaps or come twice');
      holdEqual(seen, expected, 'a reader has missed a record, or had it out of order');
    },
  },
];
