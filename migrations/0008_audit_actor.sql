-- What people recognise an actor by: the email of a member, the redacted value of a key.

alter table audit_event add column actor_handle text;

create index audit_event_actor on audit_event (account_id, actor_id, id);
create index audit_event_resource_type on audit_event (account_id, resource_type, id);
create index audit_event_action on audit_event (account_id, action, id);
