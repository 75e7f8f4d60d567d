-- The records as rows to ask questions of. No unique names, no foreign keys: what arrives is never refused (rule M5).
create table mood_entry (
  id text primary key,
  mood_rating integer not null,
  mood_scale text not null,
  notes text,
  recorded_at text not null,
  time_zone text not null,
  local_date text not null,
  created_at text not null,
  deleted_at text
) strict, without rowid;
create index mood_entry_by_time on mood_entry (recorded_at);

create table mood_entry_activity (
  mood_entry_id text not null,
  position integer not null,
  activity_id text not null,
  primary key (mood_entry_id, position)
) strict, without rowid;
create index mood_entry_activity_by_activity on mood_entry_activity (activity_id);

create table assessment (
  id text primary key,
  instrument text not null,
  instrument_version text not null,
  responses text not null,
  status text not null,
  completed_at text not null,
  time_zone text not null,
  local_date text not null,
  legacy_total_score integer,
  notes text,
  created_at text not null,
  deleted_at text
) strict, without rowid;
create index assessment_by_time on assessment (instrument, completed_at);

create table activity_group (
  id text primary key,
  name text not null,
  description text,
  created_at text not null,
  deleted_at text
) strict, without rowid;

create table activity (
  id text primary key,
  group_id text not null,
  name text not null,
  color text,
  icon text,
  created_at text not null,
  deleted_at text
) strict, without rowid;

create table activity_log (
  id text primary key,
  activity_id text not null,
  logged_at text not null,
  time_zone text not null,
  local_date text not null,
  notes text,
  created_at text not null,
  deleted_at text
) strict, without rowid;
create index activity_log_by_time on activity_log (activity_id, logged_at);

create table activity_goal (
  id text primary key,
  activity_id text,
  group_id text,
  goal_type text not null,
  target_value integer not null,
  period_days integer not null,
  created_at text not null,
  deleted_at text
) strict, without rowid;

create table schedule (
  id text primary key,
  instrument text not null,
  frequency text not null,
  time_of_day text not null,
  day_of_week integer,
  day_of_month integer,
  enabled integer not null,
  created_at text not null,
  deleted_at text
) strict, without rowid;

create table preference (
  id text primary key,
  key text not null,
  value text not null,
  created_at text not null,
  deleted_at text
) strict, without rowid;

-- When a reminder was last shown on this device; never synced (rule R2).
create table reminder (
  schedule_id text primary key,
  last_triggered_at text not null
) strict, without rowid;
