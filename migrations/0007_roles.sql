-- Two roles of one account never look the same, nor does one look like a built-in role.

create unique index role_name_unique on role (account_id, lower(name));
alter table role add constraint role_name_not_built_in
    check (account_id is null or lower(name) not in ('admin', 'viewer'));
create index member_role on member (role_id);
