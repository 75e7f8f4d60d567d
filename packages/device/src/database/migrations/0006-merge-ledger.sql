-- What a merge discarded on this device, so that it can be brought back (rule M4). Never synced: each device that
-- merges two values of a group keeps the one that it let go.
create table merge_ledger (
  -- Record, group and stamp of what was let go, so that meeting it again keeps it once.
  id text primary key,
  record_id text not null,
  kind text not null,
  group_name text not null,
  -- The group as it was, with its stamp, as canonical JSON.
  lost text not null,
  -- The group that won, in the same way.
  won text not null,
  merged_at text not null,
  restored_at text
) strict, without rowid;
create index merge_ledger_by_time on merge_ledger (merged_at, id);
create index merge_ledger_by_record on merge_ledger (record_id);

-- The stamp of every group in the version that both sides began with, as JSON: what the service holds under `base`
-- while something waits to be sent. Null where nothing waits, since the record is that version then, or where the
-- service holds none.
alter table record add column common text;

-- The stamps of what is on its way, so that they become what both sides began with once it is acknowledged.
alter table outgoing add column stamps text not null default '{}';

-- Deletions that arrived in such a number that a person is asked first (rule D7), as they were received. asked is 0
-- until a whole run has shown how many they are.
create table held_deletion (
  wire_id text primary key,
  seq integer not null,
  sealed blob not null,
  record_id text not null,
  erases integer not null,
  asked integer not null
) strict, without rowid;
create index held_deletion_by_record on held_deletion (record_id);
