-- Who is signed in, and who has tried to.

-- The id in the cookie is kept as its SHA-256 only: a copy of this table signs nobody in.
create table session (
    id_hash bytea primary key,
    member_id uuid references member (id) on delete cascade,
    data jsonb not null,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    -- The absolute end. The idle end follows from last_seen_at.
    expires_at timestamptz not null,
    ip inet,
    user_agent text
);
create index session_member on session (member_id);
create index session_expires_at on session (expires_at);

-- One row for each email address tried (whether it exists or not) and each client address.
-- The subject is a SHA-256: what people mistype stays theirs.
create table sign_in_attempt (
    subject bytea primary key,
    failures integer not null,
    last_failed_at timestamptz not null,
    blocked_until timestamptz not null
);
create index sign_in_attempt_last_failed_at on sign_in_attempt (last_failed_at);

-- How many failures one more makes, when each quarter of an hour forgives one.
create function failures_after(attempt sign_in_attempt) returns integer language sql volatile as $$
    select least(1000, 1 + greatest(0, attempt.failures
        - floor(extract(epoch from clock_timestamp() - attempt.last_failed_at) / 900)::integer))
$$;
