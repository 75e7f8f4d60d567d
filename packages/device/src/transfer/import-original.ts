/**
 * Brings the history of the original app in. The reader has turned the file into records with ids and stamps taken
 * from the file itself, so importing twice, or on two devices, changes nothing the second time; an entry that was
 * edited here since stays edited.
 */
import { ok, type Result, TimeZone } from '@mhb/core-domain';
import { z } from 'zod';
import { adoptRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { setLastTriggeredAt } from '../schedules/schedule-repository.ts';
import type { ForeignFileFailure } from './original-app/failures.ts';
import { readOriginalApp } from './original-app/read-original-app.ts';
import type { ImportReport } from './original-app/report.ts';

export const ImportOriginal = z.strictObject({
  /** The path of the database file, `mental_health_tracker.db`. */
  file: z.string().min(1).max(4_096),
  /** The zone the entries were made in; the present one where nothing is given. */
  time_zone: TimeZone.optional(),
});

export interface Imported extends ImportReport {
  /** Records that were not here before, or not in this state. */
  readonly changed: number;
  readonly unchanged: number;
}

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
    changed += write(deps, (tx) => batch.filter((record) => adoptRecord(deps, tx, record)).length);
    deps.onProgress({ step: 'import', done: start + batch.length, total: records.length });
  }
  write(deps, (tx) => {
    for (const { schedule_id, last_triggered_at } of reminders) {
      setLastTriggeredAt(tx, schedule_id, last_triggered_at);
    }
  });
  return ok({ ...report, changed, unchanged: records.length - changed });
};
