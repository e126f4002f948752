//! Request logs: one row for each request to the API, in partitions by day.

mod days;
mod list;

pub use days::{add_days, drop_old};
pub use list::{LogQuery, LogRecords, get, list};

use std::net::IpAddr;

use serde_json::Value;
use sqlx::PgPool;
use time::{Date, OffsetDateTime};

use super::Error;
use crate::domain::id::{AccountId, KeyId, RequestId, RoleId};

/// One request, as it is kept.
#[derive(Clone, Debug)]
pub struct LogRecord {
    pub id: RequestId,
    /// Who asked, when that could be told.
    pub by: Option<LogKey>,
    pub method: String,
    pub host: String,
    pub path: String,
    /// The operation's path with parameters in braces.
    pub route: Option<String>,
    /// A JSON object, without secrets.
    pub query: Option<Value>,
    pub status_code: i16,
    pub latency_us: i64,
    pub client_ip: Option<IpAddr>,
    pub user_agent: Option<String>,
    pub referrer: Option<String>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub idempotency_key: Option<String>,
    pub occurred_at: OffsetDateTime,
    pub created_at: OffsetDateTime,
}

/// The key that made a request, as it was at that time.
#[derive(Clone, Debug)]
pub struct LogKey {
    pub account: AccountId,
    pub key: KeyId,
    pub key_name: String,
    pub redacted: String,
    pub role: RoleId,
    pub role_name: String,
}

/// Writes rows, all or none. A day's partition that is missing is made.
pub async fn insert(db: &PgPool, rows: &[LogRecord]) -> Result<(), Error> {
    match try_insert(db, rows).await {
        Err(error) if is_missing_partition(&error) => {
            let mut days: Vec<Date> = rows.iter().map(|row| row.occurred_at.date()).collect();
            days.dedup();
            add_days(db, &days).await?;
            Ok(try_insert(db, rows).await?)
        }
        outcome => Ok(outcome?),
    }
}

/// A partitioned table refuses a row without a partition as it refuses one that breaks a constraint, without a name.
fn is_missing_partition(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some("23514") && error.constraint().is_none())
}

async fn try_insert(db: &PgPool, rows: &[LogRecord]) -> Result<(), sqlx::Error> {
    let by = |pick: fn(&LogKey) -> uuid::Uuid| -> Vec<Option<uuid::Uuid>> {
        rows.iter().map(|row| row.by.as_ref().map(pick)).collect()
    };
    let by_text =
        |pick: fn(&LogKey) -> &str| rows.iter().map(|row| row.by.as_ref().map(pick)).collect::<Vec<_>>();
    let text = |pick: fn(&LogRecord) -> &str| rows.iter().map(pick).collect::<Vec<_>>();
    let maybe = |pick: fn(&LogRecord) -> Option<&str>| rows.iter().map(pick).collect::<Vec<_>>();
    sqlx::query!(
        r#"
        insert into request_log (id, account_id, api_key_id, api_key_name, redacted_value, role_id, role_name,
            method, host, path, route, query, status_code, latency_us, client_ip, user_agent, referrer,
            error_code, error_message, idempotency_key, occurred_at)
        select id, account_id, api_key_id, api_key_name, redacted_value, role_id, role_name,
            method, host, path, route, query::jsonb, status_code, latency_us, client_ip::inet, user_agent, referrer,
            error_code, error_message, idempotency_key, occurred_at
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[],
            $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::smallint[], $14::bigint[],
            $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::timestamptz[])
            as r (id, account_id, api_key_id, api_key_name, redacted_value, role_id, role_name,
            method, host, path, route, query, status_code, latency_us, client_ip, user_agent, referrer,
            error_code, error_message, idempotency_key, occurred_at)
        -- A batch that was committed, but whose answer was lost, is written again.
        on conflict (id) do nothing
        "#,
        &rows.iter().map(|row| row.id.uuid()).collect::<Vec<_>>(),
        &by(|by| by.account.uuid()) as &[Option<uuid::Uuid>],
        &by(|by| by.key.uuid()) as &[Option<uuid::Uuid>],
        &by_text(|by| &by.key_name) as &[Option<&str>],
        &by_text(|by| &by.redacted) as &[Option<&str>],
        &by(|by| by.role.uuid()) as &[Option<uuid::Uuid>],
        &by_text(|by| &by.role_name) as &[Option<&str>],
        &text(|row| &row.method) as &[&str],
        &text(|row| &row.host) as &[&str],
        &text(|row| &row.path) as &[&str],
        &maybe(|row| row.route.as_deref()) as &[Option<&str>],
        &rows.iter().map(|row| row.query.as_ref().map(Value::to_string)).collect::<Vec<_>>()
            as &[Option<String>],
        &rows.iter().map(|row| row.status_code).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.latency_us).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.client_ip.map(|ip| ip.to_string())).collect::<Vec<_>>()
            as &[Option<String>],
        &maybe(|row| row.user_agent.as_deref()) as &[Option<&str>],
        &maybe(|row| row.referrer.as_deref()) as &[Option<&str>],
        &maybe(|row| row.error_code.as_deref()) as &[Option<&str>],
        &maybe(|row| row.error_message.as_deref()) as &[Option<&str>],
        &maybe(|row| row.idempotency_key.as_deref()) as &[Option<&str>],
        &rows.iter().map(|row| row.occurred_at).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}
