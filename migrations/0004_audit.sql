-- One immutable row for each change that a member or a key makes.
-- No foreign key to what was changed: an event survives its deletion.

create table audit_event (
    id uuid primary key,
    account_id uuid not null references account (id),
    occurred_at timestamptz not null default now(),
    actor_type text not null,
    actor_id uuid,
    -- The email or key name as it was.
    actor_name text not null,
    action text not null,
    resource_type text not null,
    resource_id uuid not null,
    -- Name and redacted value as they were, the operation, the reason given.
    metadata jsonb not null,
    -- [{"field": …, "old_value": …, "new_value": …}]
    changes jsonb not null,
    request_id uuid,
    source_ip inet,
    constraint audit_event_actor_type_known check (actor_type in ('user', 'api_key', 'system')),
    constraint audit_event_action_known check (action in ('create', 'update', 'delete', 'restore', 'archive'))
);
create index audit_event_account on audit_event (account_id, id);
create index audit_event_resource on audit_event (account_id, resource_id, id);

create function audit_event_is_immutable() returns trigger language plpgsql as $$
begin
    raise exception 'audit events are never changed or removed';
end $$;

create trigger audit_event_immutable before update or delete on audit_event
for each row execute function audit_event_is_immutable();
create trigger audit_event_no_truncate before truncate on audit_event
for each statement execute function audit_event_is_immutable();
