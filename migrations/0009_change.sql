-- What copies of the server may keep in memory, and how a change reaches all of them.
--
-- Each change of what decides on a secret counts up `change_count` and sends a notice, in its own transaction. The
-- row's lock makes the order of the counts the order of the commits, so that a copy which has heard of one change
-- and then of the next but one knows that it has missed something.

create table change_count (
    only_one boolean primary key default true,
    revision bigint not null,
    constraint change_count_only_one check (only_one)
);
insert into change_count (revision) values (0);

-- The copies of the server that may answer from memory until their time is up, by this database's clock.
create table lease (
    copy_id uuid primary key,
    -- Every change up to this one has been taken into account.
    revision bigint not null,
    until timestamptz not null
);

-- The notice says the revision, and the id of the key, role or account.
create function note_change() returns trigger language plpgsql as $$
declare
    counted bigint;
begin
    update change_count set revision = revision + 1 returning revision into counted;
    perform pg_notify('change', counted || ' ' || (to_jsonb(old) ->> tg_argv[0]));
    return null;
end $$;

-- At the commit, so that the lock on the count is held no longer than that takes. What is made anew is in no memory.
create constraint trigger api_key_changed after update or delete on api_key
deferrable initially deferred for each row execute function note_change('id');
create constraint trigger api_key_secret_changed after update or delete on api_key_secret
deferrable initially deferred for each row execute function note_change('api_key_id');
create constraint trigger role_changed after update or delete on role
deferrable initially deferred for each row execute function note_change('id');
create constraint trigger account_changed after update or delete on account
deferrable initially deferred for each row execute function note_change('id');
