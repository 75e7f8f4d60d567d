-- What a merge discarded on this device, so that it can be brought back (rule M4). Never synced: each device that
-- merges two values of a group keeps the one that it let go.
create table merge_ledger (
  id text primary key,
  record_id text not null,
  kind text not null,
  group_name text not null,
  -- The group as it was, with its stamp, as canonical JSON.
  lost text not null,
  -- The stamp that won.
  won text not null,
  merged_at text not null,
  restored_at text
) strict, without rowid;
create index merge_ledger_by_time on merge_ledger (merged_at);
create index merge_ledger_by_record on merge_ledger (record_id);

-- Deletions that arrived in such a number that a person is asked first (rule D7), as they were received.
create table held_deletion (
  wire_id text primary key,
  seq integer not null,
  sealed blob not null,
  record_id text not null
) strict, without rowid;
