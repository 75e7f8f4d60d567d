/**
 * Ways to get sync wrong, each as one small change of the code. The simulation is worth as much as what it finds: each
 * of them has to be caught by a seed (`node simulation/variants/catch.ts`).
 */
export interface Variant {
  readonly name: string;
  /** What a person would lose. */
  readonly harm: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Where one change is not enough. */
  readonly also?: readonly { readonly file: string; readonly from: string; readonly to: string }[];
}

const DEVICE = 'packages/device/src';
const SERVICE = 'apps/sync-service/src';

export const variants: readonly Variant[] = [
  {
    name: 'an acknowledgement ignores the change number',
    harm: 'an edit made during the upload is never sent',
    file: `${DEVICE}/changes/outbox.ts`,
    from: 'where record_id = ${record_id} and change = ${change}`',
    to: 'where record_id = ${record_id} and ${change} = ${change}`',
  },
  {
    name: 'a download discards an edit that was not sent yet',
    harm: 'what was written offline is replaced by what comes in',
    file: `${DEVICE}/changes/remote-change.ts`,
    from: 'const merged = mergeEnvelopes(held.envelope, envelope);',
    to: 'const merged = lastStampOf(held.envelope) === "" ? mergeEnvelopes(held.envelope, envelope) : envelope;',
  },
  {
    name: 'nothing is sent after a merge',
    harm: 'the other devices never learn what the merge made',
    file: `${DEVICE}/changes/remote-change.ts`,
    from: "  enqueue(tx, id);\n  return 'merged';",
    to: "  if (base < 0) enqueue(tx, id);\n  return 'merged';",
  },
  {
    name: 'a page is applied without its cursor',
    harm: 'a kill in between makes the cursor pass what was not applied',
    file: `${DEVICE}/sync/download.ts`,
    from: '  return write(deps, (tx) => {\n    const outcomes',
    to: '  write(deps, (tx) => {\n    writeCursor(tx, answer.next);\n  });\n  return write(deps, (tx) => {\n    const outcomes',
  },
  {
    name: 'the cursor goes on with the answer to an upload',
    harm: 'what others wrote meanwhile is never downloaded',
    file: `${DEVICE}/sync/upload.ts`,
    from: '    rememberOwnBatch(tx, { batchId: batch.batchId, lastSeq });',
    to: '    const cursor = Buffer.from(readCursor(tx) ?? "", "base64url");\n    cursor.writeBigUInt64BE(BigInt(lastSeq), 16);\n    writeCursor(tx, cursor.toString("base64url") as never);',
    also: [
      {
        file: `${DEVICE}/sync/upload.ts`,
        from: "import { rememberOwnBatch } from './own-batches.ts';",
        to: "import { readCursor, writeCursor } from './sync-state.ts';",
      },
      {
        file: `${SERVICE}/cursor.ts`,
        from: 'return place.seq <= place.head && place.head',
        to: 'return place.head',
      },
    ],
  },
  {
    name: 'the cursor goes further than what was read',
    harm: 'the next change of somebody else is never downloaded',
    file: `${SERVICE}/download.ts`,
    from: ': account.head;\n',
    to: ': account.head + (skipBatches.length > 0 ? 1n : 0n);\n',
  },
  {
    name: 'a page that is not the last counts as the last',
    harm: 'a first sync stops after its first page',
    file: `${SERVICE}/download.ts`,
    from: 'const seq = remaining > 0 && last !== undefined ? BigInt(last.seq) : account.head;',
    to: 'const seq = account.head;',
  },
  {
    name: 'of two groups with one stamp each device keeps its own',
    harm: 'two devices show different things for ever',
    file: 'packages/core-domain/src/sync/merge.ts',
    from: 'return canonicalJson(a) >= canonicalJson(b) ? a : b;',
    to: 'return a.stamp >= b.stamp ? a : b;',
  },
  {
    name: 'an upload does not lock the account',
    harm: 'two uploads are given the same seqs',
    file: `${SERVICE}/accounts-repository.ts`,
    from: '`${SELECT_ACCOUNT} for no key update`',
    to: 'SELECT_ACCOUNT',
  },
  {
    name: 'an unknown outcome counts as success',
    harm: 'what was not stored leaves the outbox',
    file: `${SERVICE}/upload.ts`,
    from: '): Promise<UploadAnswer> => {\n  const changes',
    to: "): Promise<UploadAnswer> => uploadOnce({ database }, key, request).catch((error: unknown) => {\n  if (!(error instanceof Error) || error.name !== 'OutcomeUnknown') throw error;\n  return { applied: request.changes.map(({ id, base }) => ({ id, seq: base + 1 })), conflicts: [], rejected: [], head: 1 };\n});\n\nconst uploadOnce = async (\n  { database }: DatabaseDep,\n  key: UploadingKey,\n  request: UploadRequest,\n): Promise<UploadAnswer> => {\n  const changes",
  },
  {
    name: 'what the service lacks is deleted',
    harm: 'a restored backup deletes what was written since',
    file: `${DEVICE}/sync/reconcile.ts`,
    from: '  enqueueWithoutBase(tx);',
    to: '  enqueueWithoutBase(tx);\n  tx.run(sql`delete from outbox where record_id in (select id from record where base = 0)`);\n  tx.run(sql`delete from record where base = 0`);',
  },
  {
    name: 'what the service lacks is not sent again',
    harm: 'after a restored backup the devices differ',
    file: `${DEVICE}/sync/reconcile.ts`,
    from: '  enqueueWithoutBase(tx);\n',
    to: '  if (!isReconciling(tx)) enqueueWithoutBase(tx);\n',
  },
  {
    name: 'a batch is not frozen before it is sent',
    harm: 'after a lost answer another batch goes out under the same name',
    file: `${DEVICE}/sync/outgoing.ts`,
    from: 'sql`select batch_id, record_id, wire_id, base, change, sealed, stamps from outgoing order by position`,',
    to: 'sql`select batch_id, record_id, wire_id, base, change, sealed, stamps from outgoing where position < 0`,',
  },
  {
    name: 'a repeated batch is judged anew',
    harm: 'an upload whose answer was lost is answered with conflicts',
    file: `${SERVICE}/records-repository.ts`,
    from: 'const requestHash = row?.request_hash ?? undefined;',
    to: 'const requestHash = row === undefined ? Buffer.alloc(0) : undefined;',
  },
  {
    name: 'a conflict is overwritten',
    harm: 'the later of two devices wins over what the other wrote',
    file: `${SERVICE}/upload.ts`,
    from: 'if (change.base !== (present.get(change.id)?.seq ?? 0n)) return 0n;',
    to: 'if (change.base > (present.get(change.id)?.seq ?? 0n)) return 0n;',
  },
  {
    name: 'a revoked key may finish what it began',
    harm: 'an upload is stored after its key was revoked',
    file: `${SERVICE}/records-repository.ts`,
    from: 'isKeyValid: row?.is_valid ?? false,',
    to: 'isKeyValid: row !== undefined,',
  },
  {
    name: 'a cursor of another history is taken',
    harm: 'after a restored backup changes are passed over',
    file: `${SERVICE}/download.ts`,
    from: "if (chain?.equals(place.chain) !== true) throw new Refusal('history_diverged');",
    to: "if (chain === undefined) throw new Refusal('history_diverged');",
  },
  {
    name: 'a missing batch of one’s own is not noticed',
    harm: 'what was uploaded after the last download is lost with a restored backup',
    file: `${SERVICE}/download.ts`,
    from: 'if ((await countBatches(tx, accountId, skipBatches)) < skipBatches.length) {',
    to: 'if ((await countBatches(tx, accountId, skipBatches)) > skipBatches.length) {',
  },
  {
    name: 'a stamp that arrives is not remembered',
    harm: 'an edit made with a slow clock loses to what it replaced',
    file: `${DEVICE}/changes/remote-change.ts`,
    from: '  sawStampOfOthers(tx, lastStampOf(...arrived.map(({ envelope }) => envelope)));\n',
    to: '  if (arrived.length < 0) sawStampOfOthers(tx, lastStampOf(...arrived.map(({ envelope }) => envelope)));\n',
  },
  {
    name: 'the later arrival wins',
    harm: 'the outcome depends on the order of deliveries',
    file: 'packages/core-domain/src/sync/merge.ts',
    from: 'if (a.stamp !== b.stamp) return a.stamp > b.stamp ? a : b;',
    to: 'if (a.stamp !== b.stamp) return b;',
  },
  {
    name: 'an erased record can come back',
    harm: 'what a person erased is shown again',
    file: 'packages/core-domain/src/sync/merge.ts',
    from: 'groups: erased === undefined ? groups : { [ERASED]: erased } };',
    to: 'groups: erased === undefined ? groups : arrived.groups[ERASED] === undefined ? { ...arrived.groups } : { [ERASED]: erased } };',
  },
  {
    name: 'fields that are not known here are dropped',
    harm: 'an older app throws away what a newer one wrote',
    file: 'packages/core-domain/src/sync/envelope.ts',
    from: 'const after: Group = before === undefined ? edited : { ...before, ...edited };',
    to: 'const after: Group = edited;',
  },
  {
    name: 'one unreadable record stops a page',
    harm: 'a record of a newer app ends sync on an older one',
    file: `${DEVICE}/sync/arrival.ts`,
    from: '      quarantine(tx, received, opened.error.type);',
    to: "      throw new Error('this record cannot be read');",
  },
  {
    name: 'two devices send each other the same record for ever',
    harm: 'sync never ends',
    file: `${DEVICE}/changes/remote-change.ts`,
    from: 'const isOnService = text === arrivedText;',
    to: 'const isOnService = text === arrivedText && text === held.text && held.base === base;',
  },
];
