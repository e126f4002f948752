-- What no clock decides, and how changes reach every copy of the server whatever becomes of clocks, notices and the
-- database itself.

-- All at once and first, or not at all: whoever reads these tables in another order never waits for us while we wait for
-- them. Who brings the schema up to date tries again where the locks are not had in a moment.
lock table api_key, api_key_secret, role, account, audit_event, change_count in access exclusive mode;

-- A secret that was stopped at once is stopped, whatever time it is: stops_at says when that was, and for an overlap when
-- it ends. Also where the release before, which does not know the column, stops one.
drop trigger api_key_secret_changed on api_key_secret;
alter table api_key_secret add column stopped boolean not null default false;
update api_key_secret set stopped = true where stops_at <= clock_timestamp();

create function api_key_secret_stopped() returns trigger language plpgsql as $$
begin
    new.stopped := new.stopped or coalesce(new.stops_at <= clock_timestamp(), false);
    return new;
end $$;
create trigger api_key_secret_stopped before insert or update of stops_at on api_key_secret
for each row execute function api_key_secret_stopped();

-- What was changed, in order. Copies of the server read it from here; a notice only wakes them. The last ten thousand are
-- kept: who has missed more forgets all.
create table change (
    revision bigint primary key,
    -- The key, role or account; null when it may be any.
    changed uuid,
    -- Whether a key got another secret.
    rotated boolean not null
);

-- The life of the database in which the leases were granted: see incarnation(). Leases from another one may be missing
-- from the table and run all the same, as those of the last second before a standby took over.
alter table change_count
    add column incarnation text not null default '',
    add column since timestamptz not null default '-infinity';

-- Names this life of this database: installation, timeline (another after a standby took over, or a restore to a point in
-- time), start of the server, database and table (others after a restore of a dump).
create function incarnation() returns text language sql stable as $$
    select concat_ws('/', (pg_control_system()).system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8),
        extract(epoch from pg_postmaster_start_time()), d.oid, 'change_count'::regclass::oid)
    from pg_database d
    where d.datname = current_database()
$$;
update change_count set incarnation = incarnation();

create or replace function note_change() returns trigger language plpgsql as $$
declare
    counted bigint;
    changed uuid;
    rotated boolean := false;
begin
    if tg_op <> 'TRUNCATE' then
        changed := to_jsonb(old) ->> tg_argv[0];
    end if;
    if tg_op = 'UPDATE' and tg_table_name = 'api_key_secret' then
        rotated := old.stops_at is null and new.stops_at is not null;
    end if;
    update change_count set revision = revision + 1 returning revision into counted;
    insert into change (revision, changed, rotated) values (counted, changed, rotated);
    -- What the notice says is for the release before.
    perform pg_notify('change', coalesce(counted || ' ' || changed, 'all'));
    return null;
end $$;

create constraint trigger api_key_secret_changed after update or delete on api_key_secret
deferrable initially deferred for each row execute function note_change('api_key_id');
create trigger api_key_truncated after truncate on api_key for each statement execute function note_change();
create trigger api_key_secret_truncated after truncate on api_key_secret
for each statement execute function note_change();
create trigger role_truncated after truncate on role for each statement execute function note_change();
create trigger account_truncated after truncate on account for each statement execute function note_change();

-- The counts at the commit too: a copy of the server that hangs in the middle of a change keeps the key, and nobody who
-- changes another.
drop trigger api_key_count_insert_delete on api_key;
drop trigger api_key_count_revoke on api_key;
create constraint trigger api_key_count_insert_delete after insert or delete on api_key
deferrable initially deferred for each row execute function api_key_count_change();
create constraint trigger api_key_count_revoke after update of revoked_at on api_key
deferrable initially deferred for each row when (old.revoked_at is distinct from new.revoked_at)
execute function api_key_count_change();

create function api_key_count_clear() returns trigger language plpgsql as $$
begin
    delete from api_key_count;
    return null;
end $$;
create trigger api_key_count_truncate after truncate on api_key
for each statement execute function api_key_count_clear();

-- Whoever changes rows, as a replica or not, and whatever tables of the same names a session has of its own.
do $$
declare
    fired record;
    named text;
begin
    for fired in
        select c.relname, t.tgname
        from pg_trigger t
        join pg_class c on c.oid = t.tgrelid
        where not t.tgisinternal and c.relnamespace = current_schema()::regnamespace
            and c.relname in ('account', 'role', 'api_key', 'api_key_secret', 'audit_event')
    loop
        execute format('alter table %I enable always trigger %I', fired.relname, fired.tgname);
    end loop;
    foreach named in array array[
        'note_change()', 'api_key_count_change()', 'api_key_count_clear()', 'api_key_secret_stopped()',
        'audit_event_is_immutable()', 'incarnation()', 'request_log_add_day(date)', 'request_log_first_id(date)'
    ] loop
        execute format('alter function %s set search_path = %I, pg_temp', named, current_schema());
    end loop;
end $$;

-- Days are made and dropped as the owner of the tables, so that the server's role may not change anything else of them.
-- Whoever reads or writes is waited for shortly; the next try comes soon.
create function request_log_drop_day(day date) returns void language plpgsql security definer as $$
declare
    partition text := 'request_log_' || to_char(day, 'YYYYMMDD');
begin
    if exists (select from pg_inherits where inhrelid = to_regclass(partition) and inhparent = 'request_log'::regclass) then
        execute format('alter table request_log detach partition %I', partition);
    end if;
    execute format('drop table if exists %I', partition);
end $$;
alter function request_log_add_day(date) security definer;
do $$
begin
    execute format('alter function request_log_drop_day(date) set search_path = %I, pg_temp', current_schema());
    alter function request_log_drop_day(date) set lock_timeout = '200ms';
end $$;
revoke execute on function request_log_add_day(date), request_log_drop_day(date) from public;
