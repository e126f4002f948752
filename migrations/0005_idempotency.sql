-- Requests that take effect once. A form's token and the API's Idempotency-Key are both kept here, apart from
-- the key that the request made: a request repeated after that key was deleted must not make another.

create table idempotency_key (
    account_id uuid not null references account (id) on delete cascade,
    key text not null,
    -- SHA-256 of what was asked for.
    request_hash bytea not null,
    -- Until when the key counts.
    kept_until timestamptz not null,
    primary key (account_id, key),
    constraint idempotency_key_length check (char_length(key) between 1 and 300),
    constraint idempotency_key_hash_length check (octet_length(request_hash) = 32)
);
create index idempotency_key_kept_until on idempotency_key (kept_until);

alter table api_key drop column creation_token;
