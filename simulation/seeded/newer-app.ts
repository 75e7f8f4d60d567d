/**
 * A device with a newer version of the app, on the same account: it puts fields and groups beside ours that this
 * version does not know, and now and then writes what this version cannot read at all.
 */
import type { Json } from '@mhb/core-domain/sync';
import type { World } from './world.ts';

const DEVICE = 'aaaaaaaaaaaaaaaa';

export const writeAsNewerApp = (world: World): void => {
  const { chance, reader, oracle } = world;
  const sender = world.live[0];
  const stored = world.stored();
  const record = stored[chance.below(stored.length)];
  if (reader === undefined || record === undefined || sender === undefined) return;
  if (record.groups.has('erased') || world.service.isDown) return;

  const last = [...record.groups.values()]
    .map((text) => (JSON.parse(text) as { readonly stamp: string }).stamp)
    .reduce((a, b) => (a > b ? a : b));
  const stamp = stampAfter(last, world.nowMs);
  const group = chance.permille(600)
    ? 'weather'
    : ([...record.groups.keys()].find((name) => name !== 'life') ?? 'weather');
  const before = record.groups.get(group);
  const fields = before === undefined ? {} : (JSON.parse(before) as Record<string, Json>);
  const written: Json = { ...fields, stamp, written_by_newer: chance.below(100) };
  const isUnreadable = chance.permille(60);
  const schema = isUnreadable ? 2 : record.schema;
  if (isUnreadable) world.newer.add(record.id);

  const groups: Record<string, Json> = {};
  for (const [name, text] of record.groups) groups[name] = JSON.parse(text) as Json;
  groups[group] = written;
  const text = sorted(written);
  const seen = before === undefined ? undefined : oracle.find(record.id, group, before);
  // Known from now on, and required as soon as somebody holds it.
  oracle.add({ record: record.id, group, text, seen: seen === undefined ? [] : [seen], isRequired: false });
  const { id, sealed } = reader.seal(record.id, { v: 1, type: record.type, schema, groups });
  world.trace.operation(
    `a newer app writes the group ${group} of a record${isUnreadable ? ', in a newer form' : ''}`,
  );
  world.network.repeat({
    method: 'POST',
    path: '/v1/sync/upload',
    headers: { authorization: `Bearer ${sender.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      device_id: DEVICE,
      batch_id: chance.bytes(16).toString('hex'),
      changes: [{ id, base: Number(record.row.seq), sealed }],
    }),
  });
};

const sorted = (group: Readonly<Record<string, Json>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(group).toSorted(([a], [b]) => (a < b ? -1 : 1))));

/** Later than what it saw, whatever its clock says (rule S2). */
const stampAfter = (last: string, nowMs: number): string => {
  const lastMs = Number.parseInt(last.slice(0, 12), 16);
  const ms = nowMs > lastMs ? nowMs : lastMs + 1;
  return `${ms.toString(16).padStart(12, '0')}-0000-${DEVICE}`;
};
