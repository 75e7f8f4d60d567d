/**
 * `npm run bench:sight`: how long an edit takes from one device to the other while both sync by themselves, beside the
 * least way there is; and whether every edit is kept when both edit the same records at once. `--quick` is a first look.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openSightFloor } from './floors-sight.ts';
import { type Live, startLiveDevice } from './live-device.ts';
import { type Place, say, withPlace } from './place.ts';
import { intoReadme } from './readme.ts';
import { median, table } from './table.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const WARM_UP = 20;
const EDITS = quick ? 40 : 400;
/** Between two edits, so that what follows a sync is over. */
const PAUSE_MS = 50;
const RECORDS = 100;
/** Long enough for anything that still comes by itself. */
const SETTLED_MS = 60_000;

interface Times {
  readonly ours: readonly number[];
  readonly floor: readonly number[];
}

const measureSight = async (place: Place, [a, b]: readonly [Live, Live]): Promise<Times> => {
  const floor = await openSightFloor(place);
  const { id } = await a.call<{ id: string }>('log_mood', { mood_rating: 4, notes: 'first' });
  await b.lookFor(id, 'first');
  const times = { ours: [] as number[], floor: [] as number[] };
  for (let edit = -WARM_UP; edit < EDITS; edit += 1) {
    // In turns, so that both are the one that writes and the one that hears.
    const [writer, reader] = edit % 2 === 0 ? [a, b] : [b, a];
    const notes = `edit ${String(edit)}`;
    const seen = reader.lookFor(id, notes);
    const { beganMs } = await writer.timed('update_mood_checkin', { id, notes });
    const ms = (await seen).endedMs - beganMs;
    await wait(PAUSE_MS);
    const floorMs = await floor.edit();
    if (edit < 0) continue;
    times.ours.push(ms);
    times.floor.push(floorMs);
    if (edit % 100 === 99) say(`${String(edit + 1)} edits: median ${median(times.ours).toFixed(1)} ms`);
  }
  await floor.close();
  return times;
};

interface Mood {
  readonly mood_rating: number;
  readonly notes: string | null;
}

/** One device rates each of a hundred check-ins anew while the other writes a note to each. Answers how many edits both show. */
const countKept = async ([a, b]: readonly [Live, Live]): Promise<number> => {
  const ids: string[] = [];
  for (let count = 0; count < RECORDS; count += 1)
    ids.push((await a.call<{ id: string }>('log_mood', { mood_rating: 4, notes: 'first' })).id);
  await Promise.all(ids.map((id) => b.lookFor(id, 'first')));
  await Promise.all([
    editAll(a, ids, (id) => ({ id, mood_rating: 6 })),
    editAll(b, ids, (id) => ({ id, notes: `note of ${id}` })),
  ]);
  let kept = 0;
  for (let waitedMs = 0; waitedMs < SETTLED_MS && kept < 2 * RECORDS; waitedMs += 100) {
    await wait(100);
    kept = Math.min(await keptOn(a, ids), await keptOn(b, ids));
  }
  return kept;
};

const editAll = async (device: Live, ids: readonly string[], edit: (id: string) => object): Promise<void> => {
  for (const id of ids) await device.call('update_mood_checkin', edit(id));
};

const keptOn = async (device: Live, ids: readonly string[]): Promise<number> => {
  let kept = 0;
  for (const id of ids) {
    const mood = await device.call<Mood>('get_mood_checkin', { id });
    kept += Number(mood.mood_rating === 6) + Number(mood.notes === `note of ${id}`);
  }
  return kept;
};

const formatSight = ({ ours, floor }: Times, kept: number, machine: string): string => {
  const ratio = median(ours.map((ms, edit) => ms / floor[edit]!));
  const row = (what: string, ms: readonly number[]): readonly string[] => [
    what,
    ...[0.5, 0.95, 0.99].map((part) => quantile(ms, part).toFixed(1)),
    Math.max(...ms).toFixed(1),
  ];
  return [
    table(
      ['ms from edit to sight', 'median', 'p95', 'p99', 'greatest'],
      [row('ours', ours), row('floor', floor)],
      {
        left: [0],
      },
    ),
    `${String(ours.length)} edits, ${ratio.toFixed(2)} times the floor. Of ${String(2 * RECORDS)} edits of different ` +
      `fields of ${String(RECORDS)} records on both devices at once, both show ${String(kept)}.`,
    machine,
  ].join('\n\n');
};

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;

const results = await withPlace(async (place) => {
  const { service, folder, signal } = place;
  const account = { url: service.url, apiKey: await service.newAccount() };
  const a = await startLiveDevice({ ...account, folder, name: 'device-a', phrase: null }, signal);
  const b = await startLiveDevice({ ...account, folder, name: 'device-b', phrase: a.phrase }, signal);
  try {
    const times = await measureSight(place, [a, b]);
    const kept = await countKept([a, b]);
    say(`${String(kept)} of ${String(2 * RECORDS)} edits kept`);
    if (kept < 2 * RECORDS) process.exitCode = 1;
    return formatSight(times, kept, place.machine);
  } finally {
    await Promise.all([a.stop(), b.stop()]);
  }
});
process.stdout.write(`${results}\n`);
if (!quick) await intoReadme('sight', results);
