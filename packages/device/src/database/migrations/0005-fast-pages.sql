-- A page of the newest entries, and a week, a month or a year of them, must cost the same after ten years as after one:
-- every list is read along an index of living rows in its own order, and what is counted stands in the index itself.
-- deleted_at is null in all of them; where it stands in the index too, SQLite needn't go to the row to see that.

-- As for moods and logs: the person's day depends on it.
alter table assessment add column wall_time text not null default '';
update assessment set wall_time = wall_time(completed_at, time_zone);

drop index mood_entry_by_time;
drop index mood_entry_by_rating;
create index mood_entry_by_time
  on mood_entry (recorded_at, id, mood_rating, mood_scale, local_date, wall_time, deleted_at) where deleted_at is null;
create index mood_entry_by_day on mood_entry (local_date, wall_time, mood_rating, mood_scale, deleted_at)
  where deleted_at is null;

drop index activity_log_by_time;
create index activity_log_by_time on activity_log (logged_at) where deleted_at is null;
drop index activity_log_by_day;
create index activity_log_by_activity on activity_log (activity_id, logged_at, id, local_date, wall_time, deleted_at)
  where deleted_at is null;
create index activity_log_by_day on activity_log (local_date, wall_time, activity_id, deleted_at)
  where deleted_at is null;

drop index assessment_by_time;
create index assessment_by_time on assessment (completed_at) where deleted_at is null and status = 'completed';
create index assessment_by_instrument on assessment (instrument, completed_at)
  where deleted_at is null and status = 'completed';
create index assessment_by_day on assessment (local_date, wall_time) where deleted_at is null and status = 'completed';
create index assessment_draft on assessment (completed_at) where deleted_at is null and status = 'draft';

create index activity_by_group on activity (group_id, deleted_at) where deleted_at is null;
