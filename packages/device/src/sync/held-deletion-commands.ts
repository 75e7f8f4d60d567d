/** A person decides about a large deletion that arrived from another device (rule D7). */
import { entityKinds, ok, RecordId, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { countAsked, type HeldDeletion, listAsked } from '../changes/held-deletions.ts';
import { readEntities } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { Transaction } from '../database/sql.ts';
import type { DatabaseDep, DeviceDeps } from '../deps.ts';
import { AnyEntity, Count } from '../entity-answers.ts';
import { type KeysFailure, openKnownAccount } from './account-keys.ts';
import { keepAlive } from './keep-alive.ts';
import { takeOut } from './large-deletions.ts';
import { openArrival, type OpenedArrival } from './opened-arrival.ts';
import { readSyncState } from './sync-state.ts';

const LIST_MAX = 1_000;

export const ListHeldDeletions = z.strictObject({
  after: RecordId.nullish().describe('The last record of the page before; the first page without.'),
  limit: z.int().min(1).max(LIST_MAX).nullish().describe('The most that are answered.'),
});

const Held = z
  .strictObject({
    record_id: RecordId,
    kind: z.enum(entityKinds).nullable().describe('What kind of record it is.'),
    would_be: z.enum(['deleted', 'erased']).describe('Deleted goes to the Trash; erased is gone for good.'),
    record: AnyEntity.nullable().describe('What it is now, here.'),
  })
  .readonly();

export const HeldDeletions = z
  .strictObject({
    items: z.array(Held).readonly().describe('In order of record.'),
    total: Count.describe('How many there are in all, those beyond the limit too.'),
  })
  .readonly();

export const listHeldDeletions = (
  { database }: DatabaseDep,
  { after, limit }: z.output<typeof ListHeldDeletions>,
): Result<z.infer<typeof HeldDeletions>, never> => {
  const rows = listAsked(database, { after: after ?? '', limit: limit ?? LIST_MAX });
  const states = readEntities(
    database,
    rows.map(({ recordId }) => recordId),
  );
  const items = rows.map(({ recordId, erases }) => ({
    record_id: recordId,
    kind: states.get(recordId)?.kind ?? null,
    would_be: erases ? ('erased' as const) : ('deleted' as const),
    record: states.get(recordId)?.entity ?? null,
  }));
  return ok({ items, total: countAsked(database) });
};

export const ApplyHeldDeletions = z.strictObject({});

export const HeldApplied = z.strictObject({ applied: Count.describe('How many records went.') }).readonly();

export const applyHeldDeletions = async (
  deps: DeviceDeps,
): Promise<Result<z.infer<typeof HeldApplied>, KeysFailure>> => {
  const applied = await decide(deps, (tx, opened) => {
    takeOut(deps, tx, opened);
  });
  return applied.ok ? ok({ applied: applied.value }) : applied;
};

export const KeepHeldDeletions = z.strictObject({});

export const HeldKept = z
  .strictObject({
    kept: Count.describe('How many records stay, for every device once it has synced.'),
    copied: Count.describe(
      'How many of them are new copies, because the record itself was erased elsewhere.',
    ),
  })
  .readonly();

export const keepHeldDeletions = async (
  deps: DeviceDeps,
): Promise<Result<z.infer<typeof HeldKept>, KeysFailure>> => {
  let copied = 0;
  const kept = await decide(deps, (tx, opened) => {
    copied = keepAlive(deps, tx, opened);
  });
  return kept.ok ? ok({ kept: kept.value, copied }) : kept;
};

type Opened = OpenedArrival & { readonly held: HeldDeletion };

/** All that a person was asked about, in one transaction. Needs the keys, and no network. Answers how many. */
const decide = async (
  deps: DeviceDeps,
  act: (tx: Transaction, opened: readonly Opened[]) => void,
): Promise<Result<number, KeysFailure>> => {
  const state = readSyncState(deps.database);
  if (state === undefined || countAsked(deps.database) === 0) return ok(0);
  const known = await openKnownAccount(deps, state);
  if (!known.ok) return known;
  const { vault } = known.value;
  return ok(
    write(deps, (tx) => {
      const all = listAsked(tx, { after: '', limit: Number.MAX_SAFE_INTEGER });
      act(
        tx,
        all.map((held) => ({ held, ...openArrival(vault, held) })),
      );
      return all.length;
    }),
  );
};
