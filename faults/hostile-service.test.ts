/**
 * Whatever a service does to its answers: nothing enters a device that no device of the account wrote for that very
 * record, nothing that is on the device goes, and nothing is taken for sent that was not acknowledged.
 * `MHB_HOSTILE_SYNCS` says how many syncs; 240 without it.
 */
import { DownloadAnswer, UploadAnswer } from '@mhb/core-domain/wire';
import { inFile } from '@mhb/device/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SyncState } from '../packages/device/src/sync/sync-state.ts';
import { openVault } from '../packages/device/src/vault/vault.ts';
import { type Act, anyAct, perform } from '../simulation/person.ts';
import { openWorld, settle, turnSyncOn, type World, type WorldDevice } from '../simulation/world.ts';
import { anyForgery, type Forgery } from './forgeries.ts';
import { honest, openHostileService } from './hostile-service.ts';

const SYNCS = Number(process.env.MHB_HOSTILE_SYNCS ?? '240');
const SYNCS_OF_A_STORY = 12;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Group {
  readonly stamp: string;
}

/** Per record and group, how it stands on a device. */
const groupsOn = ({ databasePath }: WorldDevice): ReadonlyMap<string, Group> =>
  new Map(
    inFile(databasePath, 'select id, envelope from record').flatMap(({ id, envelope }) => {
      const { groups } = JSON.parse(String(envelope)) as { groups: Record<string, Group> };
      return Object.entries(groups).map(([name, group]) => [`${String(id)} ${name}`, group] as const);
    }),
  );

const waitingOn = ({ databasePath }: WorldDevice): readonly string[] =>
  inFile(databasePath, 'select record_id from outbox').map(({ record_id }) => String(record_id));

const cursorOn = ({ databasePath }: WorldDevice): unknown =>
  inFile(databasePath, `select value from device_state where name = 'cursor'`)[0]?.value;

/** The same keys as the device has, to know under which name the service has a record. */
const vaultOf = ({ databasePath, secrets }: WorldDevice) => {
  const kept = secrets.read();
  const [row] = inFile(databasePath, `select value from device_state where name = 'sync'`);
  const state = JSON.parse(String(row?.value)) as SyncState;
  if (!kept.ok || kept.value === undefined) throw new Error('the device has its keys');
  const vault = openVault({
    accountId: state.account_id,
    masterSecret: Buffer.from(kept.value.master_secret, 'hex'),
    keyringSealed: Buffer.from(state.keyring, 'base64'),
    pinnedGeneration: 1,
    randomBytes: () => new Uint8Array(),
  });
  if (!vault.ok) throw new Error('the keyring opens');
  return vault.value;
};

/** Everything that a device ever wrote, by record and group. */
class Written {
  readonly #texts = new Map<string, Set<string>>();

  note(device: WorldDevice): void {
    for (const [place, group] of groupsOn(device)) {
      const texts = this.#texts.get(place) ?? new Set();
      this.#texts.set(place, texts.add(JSON.stringify(group)));
    }
  }

  expectOnly(device: WorldDevice): void {
    for (const [place, group] of groupsOn(device))
      expect(this.#texts.get(place)?.has(JSON.stringify(group)) ?? false, `${place} was written`).toBe(true);
  }

  expectAll(device: WorldDevice): void {
    const held = groupsOn(device);
    for (const [place, texts] of this.#texts) {
      const last = [...texts]
        .map((text) => (JSON.parse(text) as Group).stamp)
        .toSorted()
        .at(-1);
      expect(held.get(place)?.stamp, `${place} is there`).toBe(last);
    }
  }
}

const story = async (steps: readonly { readonly forgery: Forgery; readonly acts: readonly Act[] }[]) => {
  const account = await world.newAccount();
  const hostile = await openHostileService(account.url);
  const a = await world.newDevice();
  const phrase = await turnSyncOn(a, account);
  const victim = await world.newDevice();
  await victim.run('enable_sync', { ...account, url: hostile.url, recovery_phrase: phrase });
  const vault = vaultOf(victim);
  const written = new Written();
  // Answers for another account are among those that can be brought back.
  const stranger = await world.newDevice();
  await turnSyncOn(stranger, { ...(await world.newAccount()), url: hostile.url });
  await stranger.run('log_mood', { mood_rating: 1, notes: 'of a stranger' });
  await stranger.run('sync_now');

  for (const { forgery, acts } of steps) {
    for (const act of acts) if (act.name !== 'sync') await perform([a, victim][act.device] ?? a, act);
    written.note(a);
    written.note(victim);
    await a.run('sync_now');

    const before = { groups: groupsOn(victim), waiting: waitingOn(victim), cursor: cursorOn(victim) };
    hostile.become(forgery.forge([...hostile.past]));
    const answer = await victim.call('sync_now', {});
    const what = `after ${forgery.what}`;
    if ('error' in answer) expect(answer.error.message, what).toBeTypeOf('string');

    written.expectOnly(victim);
    const after = groupsOn(victim);
    for (const [place, { stamp }] of before.groups)
      expect(stamp <= (after.get(place)?.stamp ?? ''), `${what}: ${place} is still there`).toBe(true);

    const delivered = hostile.delivered.map(({ value }) => value);
    const named = new Set(
      delivered.flatMap((value) => {
        const [page, uploaded] = [DownloadAnswer.safeParse(value), UploadAnswer.safeParse(value)];
        return [
          ...(page.data?.records ?? []),
          ...(uploaded.data?.applied ?? []),
          ...(uploaded.data?.conflicts ?? []),
        ].map(({ id }) => id as string);
      }),
    );
    const waiting = new Set(waitingOn(victim));
    for (const id of before.waiting)
      if (!waiting.has(id))
        expect(named.has(vault.wireIdOf(id as never)), `${what}: an entry left`).toBe(true);
    const cursors = delivered.flatMap((value) => DownloadAnswer.safeParse(value).data?.next ?? []);
    // Another history is taken in from its beginning.
    expect([before.cursor, undefined, ...cursors], what).toContain(cursorOn(victim));
    hostile.become(honest);
  }

  // Told the truth again, it goes on by itself.
  await victim.run('sync_now');

  // With the true service, and everything compared once, all is there on both.
  await victim.run('disable_sync');
  await victim.run('enable_sync', { ...account, recovery_phrase: phrase });
  await settle(a, victim);
  written.expectAll(victim);
  written.expectAll(a);
  expect(victim.exportJson()).toBe(a.exportJson());
  expect(await victim.run('get_sync_status')).toMatchObject({ pending: 0, quarantined: 0 });
  await hostile.close();
};

test(`[E1] ${String(SYNCS)} syncs with a service that forges its answers bring in nothing that was not written`, async () => {
  const anyStep = fc.record({
    forgery: anyForgery,
    acts: fc.array(anyAct(2), { minLength: 2, maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: SYNCS_OF_A_STORY, maxLength: SYNCS_OF_A_STORY }),
      async (steps) => {
        try {
          await story(steps);
        } catch (error) {
          const names = steps.map(({ forgery }) => `${forgery.what} (${String(forgery.only)})`).join(', ');
          throw new Error(`forged in order: ${names}`, { cause: error });
        }
      },
    ),
    { numRuns: Math.ceil(SYNCS / SYNCS_OF_A_STORY), endOnFailure: true },
  );
});
