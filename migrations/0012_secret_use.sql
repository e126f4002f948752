-- When each secret was last used: whoever rotates a key sees which of its secrets programs still hold.

create table api_key_secret_use (
    secret_id uuid primary key references api_key_secret (id) on delete cascade,
    last_used_at timestamptz not null
);
