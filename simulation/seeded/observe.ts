/**
 * Looks at a device after it did something: every change it shows must be an edit somebody saw saved, and nothing it
 * showed before may go back or go missing (invariants 1, 5, 11, 13 and 17, at every step and not only at rest).
 */
import { readCursor } from '@mhb/sync-service/simulation';
import { type Edit, ERASED, LIFE, type Oracle, stampOf } from './oracle.ts';
import { groupsOf } from './reader.ts';
import type { Shown, SimulatedDevice } from './simulated-device.ts';
import { Violation } from './trace.ts';

/** What brought the change: a person's act, a file they brought in, or the service. */
export type Cause = 'act' | 'import' | 'arrival';

export const observe = (oracle: Oracle, device: SimulatedDevice, cause: Cause): void => {
  observeLedger(oracle, device);
  const rows = device.database.all<{ id: string; kind: string; envelope: string }>({
    text: 'select id, kind, envelope from record',
    values: [],
  });
  if (rows.length < device.shown.size) throw new Violation(13, `${device.name} has lost a record`);
  let known = 0;
  for (const { id, kind, envelope: text } of rows) {
    const before = device.shown.get(id);
    if (before !== undefined) known += 1;
    if (before?.text === text) continue;
    const shown: Shown = { kind, text, groups: groupsOf(text) };
    observeRecord(oracle, device, { id, before, shown, cause });
    device.shown.set(id, shown);
  }
  if (known + (rows.length - known) !== device.shown.size)
    throw new Violation(13, `${device.name} has lost a record`);
  device.observedAtMs = device.trueNowMs();
};

/** Before anything is judged: what one device let go of may be what another one does not show any more. */
export const observeLedger = (oracle: Oracle, device: SimulatedDevice): void => {
  const rows = device.database.all<{ record_id: string; group_name: string; lost: string }>({
    text: 'select record_id, group_name, lost from merge_ledger',
    values: [],
  });
  for (const { record_id, group_name, lost } of rows) oracle.keptInLedger(record_id, group_name, lost);
};

interface Observed {
  readonly id: string;
  readonly before: Shown | undefined;
  readonly shown: Shown;
  readonly cause: Cause;
}

const observeRecord = (
  oracle: Oracle,
  device: SimulatedDevice,
  { id, before, shown, cause }: Observed,
): void => {
  const isErased = shown.groups.has(ERASED);
  if (before?.groups.has(ERASED) === true && !isErased)
    throw new Violation(5, `${device.name} shows a record again that it had erased`);
  for (const name of before?.groups.keys() ?? []) {
    if (!isErased && !shown.groups.has(name))
      throw new Violation(1, `${device.name} has lost the group ${name} of a record`);
  }
  for (const [group, text] of shown.groups) {
    if (before?.groups.get(group) !== text) observeGroup(oracle, device, { id, group, text, before, cause });
  }
};

const observeGroup = (
  oracle: Oracle,
  device: SimulatedDevice,
  {
    id,
    group,
    text,
    before,
    cause,
  }: Omit<Observed, 'shown'> & { readonly group: string; readonly text: string },
): void => {
  const key = `${id} ${group}`;
  const frontier = device.knows.get(key) ?? [];
  const isOwn = stampOf(text).endsWith(device.id);
  const beforeText = before?.groups.get(group);
  const beforeEdit = beforeText === undefined ? undefined : oracle.find(id, group, beforeText);
  const known =
    oracle.find(id, group, text) ??
    (cause === 'arrival' && isOwn ? oracle.restamped(id, group, text, beforeEdit) : undefined);
  const isLive = device.state === 'live';
  // Whoever shows it under its first stamp has it from an export of before.
  if (known !== undefined && known.stamp < stampOf(text)) known.stamp = stampOf(text);
  if (known === undefined) {
    const seen = seenBy(oracle, device, { id, group, text, cause, frontier });
    checkFieldsStay(device, group, before?.groups.get(group), text);
    const edit = oracle.add({ record: id, group, text, seen, isRequired: isLive });
    device.knows.set(key, [edit]);
    return;
  }
  if (isLive) known.isRequired = true;
  if (cause === 'act' && isOwn) oracle.madeAgain(known, frontier);
  if (beforeEdit !== undefined && isAhead(device, beforeEdit)) beforeEdit.isPutRight = true;
  if (beforeEdit !== undefined && oracle.goesBack(beforeEdit, known))
    throw new Violation(1, `${device.name} shows an earlier edit of ${group} than before`);
  device.knows.set(key, [...frontier.filter((edit) => !known.seen.includes(edit)), known]);
};

const TOLERATED_MS = 5 * 60_000;

/** Whether the device may have put the stamp of its own edit right before it met another one (rule S3). */
const isAhead = (device: SimulatedDevice, { stamp }: Edit): boolean => {
  if (!stamp.endsWith(device.id)) return false;
  const isStampAhead = Number.parseInt(stamp.slice(0, 12), 16) > device.observedAtMs + TOLERATED_MS;
  return isStampAhead || device.clockOffsetMs > TOLERATED_MS;
};

/** What a newer app has put beside our fields travels on when this one edits them (rule M1). */
const checkFieldsStay = (
  device: SimulatedDevice,
  group: string,
  before: string | undefined,
  now: string,
): void => {
  const fields = new Set(Object.keys(JSON.parse(now) as object));
  if (Object.keys(JSON.parse(before ?? '{}') as object).some((field) => !fields.has(field)))
    throw new Violation(1, `${device.name} drops a field of ${group} that it does not know`);
};

/** What an edit nobody knows yet was made on; a value that no person entered here is a violation. */
const seenBy = (
  oracle: Oracle,
  device: SimulatedDevice,
  {
    id,
    group,
    text,
    cause,
    frontier,
  }: {
    readonly id: string;
    readonly group: string;
    readonly text: string;
    readonly cause: Cause;
    readonly frontier: readonly Edit[];
  },
): readonly Edit[] => {
  const stamp = stampOf(text);
  if (cause === 'act' && stamp.endsWith(device.id)) return frontier;
  // An export says of a record that was deleted and edited later only that it is alive (decision 0012).
  const exported = group === LIFE && cause === 'import' ? oracle.withStamp(id, group, stamp) : undefined;
  if (exported !== undefined) return [exported];
  throw new Violation(17, `${device.name} shows a value of ${group} that nobody wrote`);
};

/** The cursor of a device goes forward, unless the service's history is another one than before. */
export const observeCursor = (
  device: SimulatedDevice,
  historyByCursor: ReadonlyMap<string, number>,
): void => {
  const cursor = device.stateOf('cursor');
  const place = cursor === undefined ? undefined : readCursor(cursor as never);
  if (place === undefined) {
    device.cursor = undefined;
    return;
  }
  const before = device.cursor;
  if (before?.text === cursor) return;
  const history = historyByCursor.get(cursor ?? '') ?? -1;
  // A device that is told of something missing compares everything anew, from the beginning (rule E10).
  const isComparing = device.stateOf('reconciling') !== undefined;
  if (!isComparing && before?.history === history && place.seq < before.seq)
    throw new Violation(11, `the cursor of ${device.name} has gone back`);
  device.cursor = { text: cursor ?? '', seq: place.seq, history };
};
