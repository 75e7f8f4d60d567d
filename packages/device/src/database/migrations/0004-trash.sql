-- What is deleted and not erased, of all kinds. Preferences are never deleted by a person.
create index mood_entry_deleted on mood_entry (deleted_at) where deleted_at is not null;
create index assessment_deleted on assessment (deleted_at) where deleted_at is not null;
create index activity_log_deleted on activity_log (deleted_at) where deleted_at is not null;
create view trashed as
  select id, 'mood_entry' as kind, deleted_at from mood_entry where deleted_at is not null
  union all select id, 'assessment', deleted_at from assessment where deleted_at is not null
  union all select id, 'activity_group', deleted_at from activity_group where deleted_at is not null
  union all select id, 'activity', deleted_at from activity where deleted_at is not null
  union all select id, 'activity_log', deleted_at from activity_log where deleted_at is not null
  union all select id, 'activity_goal', deleted_at from activity_goal where deleted_at is not null
  union all select id, 'schedule', deleted_at from schedule where deleted_at is not null;

-- Since when this device has had each of them in its Trash; never synced. What was deleted long ago and has only now
-- been imported, or has arrived from another device, gets its 30 days too.
create table trash (
  record_id text primary key,
  since text not null
) strict, without rowid;
