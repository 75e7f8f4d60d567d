-- Splits every table of accounts into 16 native hash partitions by account_id, data included, in one transaction.
-- For psql, on the database of the service, as its owner, while no service runs: psql -1 -f partition-by-account.sql
-- docs/scaling.md says what for; apps/sync-service/src/sharding.test.ts runs this file.
do $$
declare
  tables constant text[] := array['account', 'api_key', 'record', 'batch', 'keyring', 'device', 'mailbox'];
  partitions constant integer := 16;
  name text;
  foreign_key record;
begin
  create temporary table foreign_key_before on commit drop as
    select conrelid::regclass::text as of_table, conname, pg_get_constraintdef(oid) as definition
    from pg_constraint
    where contype = 'f' and conrelid = any(tables::regclass[]);
  for foreign_key in select * from foreign_key_before loop
    execute format('alter table %I drop constraint %I', foreign_key.of_table, foreign_key.conname);
  end loop;

  foreach name in array tables loop
    execute format('alter table %I rename to %I', name, name || '_before');
    execute format(
      'create table %I (like %I including all) partition by hash (account_id)', name, name || '_before');
    for number in 0 .. partitions - 1 loop
      execute format(
        'create table %I partition of %I for values with (modulus %s, remainder %s)',
        name || '_' || number, name, partitions, number);
    end loop;
    execute format('insert into %I select * from %I', name, name || '_before');
    execute format('drop table %I', name || '_before');
  end loop;

  for foreign_key in select * from foreign_key_before loop
    execute format(
      'alter table %I add constraint %I %s',
      foreign_key.of_table, foreign_key.conname, foreign_key.definition);
  end loop;
end
$$;
