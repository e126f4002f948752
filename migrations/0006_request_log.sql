-- One row for each request to the API, with the key that made it.
--
-- The id is the request's UUIDv7, so it holds the time: partitions are ranges of ids, one for each day (UTC), and
-- the order of ids is the order of requests. No foreign keys: a row survives the key, the role and all else it names.

create table request_log (
    id uuid not null,
    -- Null where nobody could be told: no key, or one that is unknown.
    account_id uuid,
    api_key_id uuid,
    -- Name and redacted value of the key, and name of its role, as they were.
    api_key_name text,
    redacted_value text,
    role_id uuid,
    role_name text,
    method text not null,
    host text not null,
    path text not null,
    -- The operation's path with parameters in braces; null for a path that no operation has.
    route text,
    -- Without the values of secret-like parameters.
    query jsonb,
    status_code smallint not null,
    latency_us bigint not null,
    client_ip inet,
    user_agent text,
    referrer text,
    error_code text,
    error_message text,
    idempotency_key text,
    occurred_at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (id)
) partition by range (id);

-- Each serves one filter in the order of the list, so that a page takes as many rows from it as it shows.
create index request_log_account on request_log (account_id, id);
create index request_log_key on request_log (account_id, api_key_id, id);
create index request_log_method on request_log (account_id, method, id);
create index request_log_status_code on request_log (account_id, status_code, id);
create index request_log_error_code on request_log (account_id, error_code, id) where error_code is not null;
create index request_log_route on request_log (account_id, route, id);
create index request_log_host on request_log (account_id, host, id);
-- These serve what few rows have; for what many have, the first index is as good.
create index request_log_path on request_log (account_id, path text_pattern_ops);
create index request_log_key_name on request_log (account_id, lower(api_key_name) text_pattern_ops);
create index request_log_latency on request_log (account_id, latency_us);

-- The smallest id of a day.
create function request_log_first_id(day date) returns uuid language sql immutable as $$
    select (substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-0000-0000-000000000000')::uuid
    from lpad(to_hex((extract(epoch from day) * 1000)::bigint), 12, '0') as hex
$$;

-- Makes a day's partition, unless it is there. Made beside the table and then attached, which waits for nobody
-- who reads or writes, and lets nobody wait.
create function request_log_add_day(day date) returns void language plpgsql as $$
declare
    partition text := 'request_log_' || to_char(day, 'YYYYMMDD');
begin
    perform pg_advisory_xact_lock(hashtext('request_log partitions'));
    if to_regclass(partition) is null then
        execute format(
            'create table %I (like request_log including defaults including constraints including indexes)',
            partition);
        execute format(
            'alter table request_log attach partition %I for values from (%L) to (%L)',
            partition, request_log_first_id(day), request_log_first_id(day + 1));
    end if;
end $$;
