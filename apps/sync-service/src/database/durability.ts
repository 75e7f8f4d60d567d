/** What an acknowledged change survives on this database; one that could lose it unseen is refused (rule D12). */
import type { Database } from './database.ts';

export interface Durability {
  /** In words for the operator. */
  readonly survives: readonly string[];
}

/** The settings of this database would break the promise of an acknowledgement. */
export class UnsafeDatabase extends Error {
  override readonly name = 'UnsafeDatabase';
}

export const checkDurability = async (database: Database): Promise<Durability> => {
  const [settings] = await database.transaction('snapshot', (tx) =>
    tx.query<Settings>(`
      select
        current_setting('fsync') as fsync,
        current_setting('full_page_writes') as full_page_writes,
        current_setting('synchronous_commit') as synchronous_commit,
        current_setting('synchronous_standby_names') as standbys,
        pg_is_in_recovery() as is_standby`),
  );
  if (settings === undefined) throw new UnsafeDatabase('The database did not say how it is set.');
  if (settings.is_standby)
    throw new UnsafeDatabase('DATABASE_URL names a standby. Give the address of the primary.');
  if (settings.fsync === 'off')
    throw new UnsafeDatabase('The database runs with fsync=off and would lose data. Turn fsync on.');
  return { survives: survivalOf(settings) };
};

const survivalOf = (settings: Settings): readonly string[] => {
  const survives = ['a kill of the service'];
  if (settings.synchronous_commit === 'off') return survives;
  survives.push('a kill of the database');
  if (settings.full_page_writes === 'on') survives.push('a power failure');
  // remote_write answers before the standby has it on disk.
  if (settings.standbys !== '' && ['on', 'remote_apply'].includes(settings.synchronous_commit)) {
    survives.push('the loss of the primary');
  }
  return survives;
};

interface Settings {
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly standbys: string;
  readonly is_standby: boolean;
}
