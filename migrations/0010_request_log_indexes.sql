-- Every request waits for its row, and its row for each of its indexes. So what an index holds is what people look
-- for, and no more.

-- One serves the list, single rows, and that no row is there twice.
alter table request_log drop constraint request_log_pkey;
drop index request_log_account;
alter table request_log add constraint request_log_once unique nulls not distinct (account_id, id);

-- Where nearly all rows are alike the list itself is as good.
drop index request_log_status_code;
create index request_log_status_code on request_log (account_id, status_code, id) where status_code <> 200;
drop index request_log_latency;
create index request_log_latency on request_log (account_id, latency_us) where latency_us >= 100000;

-- Rows are found by the name of a key through the keys that have or had it.
drop index request_log_key_name;
create index api_key_name on api_key (account_id, lower(name) text_pattern_ops);
create index audit_event_key_name on audit_event (account_id, lower(metadata ->> 'name') text_pattern_ops)
    where resource_type = 'api_key';
