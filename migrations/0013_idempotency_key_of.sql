-- The key that a request made or rotated, and the secret that it issued: when the same request comes again, its answer
-- leads there, and offers to replace that secret alone.

alter table idempotency_key add column api_key_id uuid, add column secret_id uuid;
