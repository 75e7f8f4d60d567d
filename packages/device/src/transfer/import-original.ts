/**
 * Brings the history of the original app in. The reader has turned the file into records with ids and stamps taken
 * from the file itself, so importing twice, or on two devices, changes nothing the second time. A newer copy of the
 * file brings what is new in it; an entry that was edited here since stays edited.
 */
import { ok, type Result, TimeZone } from '@mhb/core-domain';
import { canonicalJson, type Group } from '@mhb/core-domain/sync';
import { z } from 'zod';
import { adoptRecords } from '../changes/local-change.ts';
import { readRecord } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { Transaction } from '../database/sql.ts';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { setLastTriggeredAt } from '../schedules/schedule-repository.ts';
import type { OriginalRecord } from './original-app/conversion.ts';
import type { ForeignFileFailure } from './original-app/failures.ts';
import { readOriginalApp } from './original-app/read-original-app.ts';
import { ImportReport } from './original-app/report.ts';

export const ImportOriginal = z.strictObject({
  file: z
    .string()
    .min(1)
    .max(4_096)
    .describe('The path of the database file, mental_health_tracker.db; it is never written to.'),
  time_zone: TimeZone.optional().describe(
    'The zone the entries were made in, such as Europe/Berlin; the present one where nothing is given.',
  ),
});

export const Imported = ImportReport.unwrap()
  .extend({
    changed: Count.describe('Records that were not here before, or not in this state.'),
    unchanged: Count,
  })
  .readonly();
export type Imported = z.infer<typeof Imported>;

const BATCH = 500;

export const importOriginal = (
  deps: DeviceDeps,
  { file, time_zone }: z.output<typeof ImportOriginal>,
): Result<Imported, ForeignFileFailure> => {
  const history = readOriginalApp({
    path: file,
    timeZone: time_zone ?? deps.timeZone(),
    temporaryFolder: deps.temporaryFolder,
  });
  if (!history.ok) return history;
  const { records, reminders, report } = history.value;

  let changed = 0;
  for (let start = 0; start < records.length; start += BATCH) {
    const batch = records.slice(start, start + BATCH);
    changed += write(deps, (tx) =>
      adoptRecords(
        deps,
        tx,
        batch.map((record) => withoutRepetition(tx, record)),
      ),
    );
    deps.onProgress({ step: 'import', done: start + batch.length, total: records.length });
  }
  write(deps, (tx) => {
    for (const { schedule_id, last_triggered_at } of reminders) {
      setLastTriggeredAt(tx, schedule_id, last_triggered_at);
    }
  });
  return ok({ ...report, changed, unchanged: records.length - changed });
};

/**
 * A newer copy of a file stamps anew what it says again. Where that is what is held, the earlier stamp stays, and so
 * do its days: they were worked out in the zone of the first import, and the file knows no other.
 */
const withoutRepetition = (tx: Transaction, record: OriginalRecord): OriginalRecord => {
  const { id, envelope } = record;
  const held = readRecord(tx, id);
  if (held === undefined) return record;
  const groups = Object.entries(envelope.groups).map(([name, group]) => {
    const before = held.envelope.groups[name];
    return [name, before !== undefined && saidBy(before) === saidBy(group) ? before : group] as const;
  });
  return { id, envelope: { ...envelope, groups: Object.fromEntries(groups) } };
};

const saidBy = ({ stamp: _stamp, time_zone: _zone, local_date: _date, ...fields }: Group): string =>
  canonicalJson(fields);
