-- What syncs: every record as an envelope, whether it is living, deleted or erased.
-- base is the seq of the service's version it was merged on; 0 for none.
create table record (
  id text primary key,
  kind text not null,
  envelope text not null,
  base integer not null
) strict, without rowid;

-- Records that the service has not acknowledged. change counts up and no number is ever given twice, so that an
-- edit made during an upload stays.
create table outbox (
  change integer primary key autoincrement,
  record_id text not null unique
) strict;

-- The one batch that is on its way, frozen before it was first sent, in order of position.
create table outgoing (
  position integer primary key,
  batch_id text not null,
  record_id text not null,
  wire_id text not null,
  base integer not null,
  change integer not null,
  sealed blob not null
) strict;

-- Own batches the service acknowledged, until a download has passed them.
create table own_batch (
  batch_id text primary key,
  last_seq integer not null
) strict, without rowid;

-- What arrived and can't be used yet, as it was received.
create table quarantine (
  wire_id text primary key,
  seq integer not null,
  sealed blob not null,
  reason text not null
) strict, without rowid;

-- Facts of this device alone, never synced.
create table device_state (
  name text primary key,
  value text not null
) strict, without rowid;
