-- Accounts, roles and the members who sign in.

create table account (
    id uuid primary key,
    name text not null,
    mode text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint account_name_length check (char_length(name) between 1 and 80),
    constraint account_mode_known check (mode in ('production', 'sandbox'))
);

-- A role without an account is built in: it belongs to everybody and nobody can change it.
-- permissions holds `{domain}:{action}`; `*:read` stands for every read. Type admin may do everything.
create table role (
    id uuid primary key,
    account_id uuid references account (id),
    name text not null,
    type text not null,
    permissions text[] not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint role_name_length check (char_length(name) between 1 and 80),
    constraint role_type_known check (type in ('admin', 'user', 'scanner', 'sales_rep', 'agent')),
    -- Only the built-in Admin is of type admin.
    constraint role_admin_built_in check (type <> 'admin' or account_id is null)
);
create index role_account on role (account_id);

insert into role (id, name, type, permissions, created_at, updated_at) values
    ('01890a5d-ac96-774b-bcce-b302099a8057', 'Admin', 'admin', '{}', '2023-07-01Z', '2023-07-01Z'),
    ('01890a5d-ac96-774b-bcce-b302099a8058', 'Viewer', 'user', '{*:read}', '2023-07-01Z', '2023-07-01Z');

-- The email is stored in lower case, so that one address signs in one way only.
create table member (
    id uuid primary key,
    account_id uuid not null references account (id),
    email text not null,
    password_hash text not null,
    role_id uuid not null references role (id),
    disabled_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint member_email_unique unique (email),
    constraint member_email_lower check (email = lower(email))
);
create index member_account on member (account_id);

-- The one-time link to /setup. Only the SHA-256 of its token is kept, and at most one link lives.
create table setup_link (
    only_one boolean primary key default true,
    token_hash bytea not null,
    expires_at timestamptz not null,
    constraint setup_link_only_one check (only_one)
);
