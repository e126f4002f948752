-- API keys and their secrets. A key outlives its secrets; a rotation replaces one.

create table api_key (
    id uuid primary key,
    account_id uuid not null references account (id),
    name text not null,
    role_id uuid not null references role (id),
    expires_at timestamptz,
    -- The moment of the revocation, so never ahead: the indexes and the counts rely on it.
    revoked_at timestamptz,
    revoked_by uuid references member (id) on delete set null,
    revoked_reason text,
    created_by uuid references member (id) on delete set null,
    -- Made for each showing of the form: the same post twice makes one key.
    creation_token uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint api_key_name_length check (char_length(name) between 1 and 80),
    constraint api_key_creation_token_unique unique (account_id, creation_token)
);
-- Ids are UUIDv7, so this is also the order of creation.
create index api_key_account on api_key (account_id, id);
create index api_key_revoked on api_key (account_id, id) where revoked_at is not null;
create index api_key_expiring on api_key (account_id, expires_at) where revoked_at is null and expires_at is not null;
create index api_key_role on api_key (role_id);

-- The hash is the SHA-256 of the whole secret: 262 random bits need no slow hash
-- (OWASP ASVS 5.0, 6.5.2). stops_at is null for the current secret, of which a key has one.
create table api_key_secret (
    id uuid primary key,
    api_key_id uuid not null references api_key (id) on delete cascade,
    hash bytea not null,
    last_four text not null,
    created_at timestamptz not null default now(),
    stops_at timestamptz,
    constraint api_key_secret_hash_length check (octet_length(hash) = 32),
    constraint api_key_secret_last_four_length check (char_length(last_four) = 4)
);
create unique index api_key_secret_current on api_key_secret (api_key_id) where stops_at is null;
create index api_key_secret_key on api_key_secret (api_key_id, created_at);
create index api_key_secret_last_four on api_key_secret (last_four);

-- Apart from the key, so that use never touches the key's row or its updated_at.
create table api_key_use (
    api_key_id uuid primary key references api_key (id) on delete cascade,
    last_used_at timestamptz not null,
    last_ip inet
);

-- How many keys an account has, kept by the trigger below: the tab shows the numbers on every
-- page, and counting ten thousand rows each time would make it as slow as they are many.
create table api_key_count (
    account_id uuid primary key references account (id) on delete cascade,
    total bigint not null,
    revoked bigint not null
);

create function api_key_count_change() returns trigger language plpgsql as $$
declare
    account uuid := coalesce(new.account_id, old.account_id);
    total_change bigint := (new.id is not null)::int - (old.id is not null)::int;
    revoked_change bigint := (new.revoked_at is not null)::int - (old.revoked_at is not null)::int;
begin
    insert into api_key_count as c (account_id, total, revoked)
    values (account, total_change, revoked_change)
    on conflict (account_id) do update
    set total = c.total + total_change, revoked = c.revoked + revoked_change;
    return null;
end $$;

create trigger api_key_count_insert_delete after insert or delete on api_key
for each row execute function api_key_count_change();
create trigger api_key_count_revoke after update of revoked_at on api_key
for each row when (old.revoked_at is distinct from new.revoked_at) execute function api_key_count_change();
