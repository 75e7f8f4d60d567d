-- What the clock on the wall said, "HH:MM", worked out from the instant and the zone of the entry: with a start of day
-- of 03:00 the person's day depends on it, and so does the hour in "by weekday and hour".
alter table mood_entry add column wall_time text not null default '';
update mood_entry set wall_time = wall_time(recorded_at, time_zone);

alter table activity_log add column wall_time text not null default '';
update activity_log set wall_time = wall_time(logged_at, time_zone);

-- Answers "of which days" for one activity without touching the rows themselves.
create index activity_log_by_day on activity_log (activity_id, logged_at, local_date, wall_time) where deleted_at is null;
create index mood_entry_by_rating on mood_entry (recorded_at, mood_rating, local_date, wall_time)
  where deleted_at is null;
