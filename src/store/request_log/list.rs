//! Reading request logs: newest first, filtered, page by page.

use std::net::IpAddr;

use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row};
use time::OffsetDateTime;
use uuid::Uuid;

use super::names::{Named, named};
use super::{LogKey, LogRecord};
use crate::domain::id::{AccountId, KeyId, Request, RequestId, RoleId};
use crate::store::pages::{Cursor, Page, push_page};
use crate::store::{Db, Error, like_literal};

/// Which rows, and which page of them. An empty list filters nothing.
#[derive(Clone, Debug, Default)]
pub struct LogQuery {
    /// A request's id, the beginning of a path, or the beginning of a key's name.
    pub search: Option<String>,
    pub from: Option<OffsetDateTime>,
    pub until: Option<OffsetDateTime>,
    pub methods: Vec<String>,
    pub status_codes: Vec<i16>,
    pub error_codes: Vec<String>,
    pub keys: Vec<KeyId>,
    pub routes: Vec<String>,
    pub hosts: Vec<String>,
    pub min_latency_us: Option<i64>,
    pub cursor: Option<Cursor<Request>>,
    /// Rows a page, at least 1.
    pub limit: i64,
}

/// One page of request logs, newest first.
pub type LogRecords = Page<LogRecord, Request>;

/// One page of an account's request logs.
pub async fn list(db: &Db, account: AccountId, query: &LogQuery) -> Result<LogRecords, Error> {
    let mut sql = begin(account);
    push_filters(&mut sql, query);
    if let Some(search) = &query.search {
        push_search(&mut sql, db, account, search).await?;
    }
    push_page(&mut sql, "id", query.cursor, query.limit);
    // Planned for these very values each time: which index is best depends on how rare they are.
    let rows = sql.build().persistent(false).fetch_all(db).await?;
    let records = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::new(records, query.cursor, query.limit, |record| record.id))
}

/// One request of an account.
pub async fn get(db: &Db, account: AccountId, id: RequestId) -> Result<Option<LogRecord>, Error> {
    let mut sql = begin(account);
    sql.push(" and id = ").push_bind(id.uuid());
    Ok(sql.build().fetch_optional(db).await?.as_ref().map(read).transpose()?)
}

fn begin(account: AccountId) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new(
        "select id, account_id, api_key_id, api_key_name, redacted_value, role_id, role_name, method, host, path,
            route, query, status_code, latency_us, host(client_ip) as client_ip, user_agent, referrer, error_code,
            error_message, idempotency_key, occurred_at, created_at
        from request_log where account_id = ",
    );
    sql.push_bind(account.uuid());
    sql
}

fn push_filters(sql: &mut QueryBuilder<Postgres>, query: &LogQuery) {
    // The id holds the time, and names the partitions.
    if let Some(from) = query.from {
        sql.push(" and id >= ").push_bind(first_id(from));
    }
    if let Some(until) = query.until {
        sql.push(" and id < ").push_bind(first_id(until.saturating_add(time::Duration::MILLISECOND)));
    }
    push_any(sql, "method", &query.methods);
    push_any(sql, "status_code", &query.status_codes);
    push_any(sql, "error_code", &query.error_codes);
    push_any(sql, "api_key_id", &query.keys.iter().map(|key| key.uuid()).collect::<Vec<_>>());
    push_any(sql, "route", &query.routes);
    push_any(sql, "host", &query.hosts);
    if let Some(latency) = query.min_latency_us {
        sql.push(" and latency_us >= ").push_bind(latency);
    }
}

/// One value is compared by itself: then an index gives the rows in the order of the list.
fn push_any<T>(sql: &mut QueryBuilder<Postgres>, column: &str, values: &[T])
where
    T: Clone
        + Send
        + sqlx::Type<Postgres>
        + for<'q> sqlx::Encode<'q, Postgres>
        + sqlx::postgres::PgHasArrayType
        + 'static,
{
    match values {
        [] => {}
        [one] => {
            sql.push(format!(" and {column} = ")).push_bind(one.clone());
        }
        many => {
            sql.push(format!(" and {column} = any(")).push_bind(many.to_vec()).push(")");
        }
    }
}

async fn push_search(
    sql: &mut QueryBuilder<Postgres>,
    db: &Db,
    account: AccountId,
    search: &str,
) -> Result<(), Error> {
    let begins = format!("{}%", like_literal(search));
    if let Ok(id) = search.parse::<RequestId>() {
        sql.push(" and id = ").push_bind(id.uuid());
    } else if search.starts_with('/') {
        sql.push(" and path like ").push_bind(begins);
    } else {
        match named(db, account, search).await? {
            Named::These(keys) if keys.is_empty() => drop(sql.push(" and false")),
            Named::These(keys) => push_any(sql, "api_key_id", &keys),
            Named::Many => {}
        }
        sql.push(" and lower(api_key_name) like lower(").push_bind(begins).push(")");
    }
    Ok(())
}

/// The smallest UUIDv7 of a moment.
fn first_id(at: OffsetDateTime) -> Uuid {
    let ms = (at.unix_timestamp_nanos() / 1_000_000).clamp(0, (1 << 48) - 1);
    Uuid::from_u128((ms.unsigned_abs()) << 80)
}

fn read(row: &PgRow) -> Result<LogRecord, sqlx::Error> {
    let ip: Option<String> = row.try_get("client_ip")?;
    Ok(LogRecord {
        id: RequestId::from_uuid(row.try_get("id")?),
        by: read_key(row)?,
        method: row.try_get("method")?,
        host: row.try_get("host")?,
        path: row.try_get("path")?,
        route: row.try_get("route")?,
        query: row.try_get("query")?,
        status_code: row.try_get("status_code")?,
        latency_us: row.try_get("latency_us")?,
        client_ip: ip.and_then(|ip| ip.parse::<IpAddr>().ok()),
        user_agent: row.try_get("user_agent")?,
        referrer: row.try_get("referrer")?,
        error_code: row.try_get("error_code")?,
        error_message: row.try_get("error_message")?,
        idempotency_key: row.try_get("idempotency_key")?,
        occurred_at: row.try_get("occurred_at")?,
        created_at: row.try_get("created_at")?,
    })
}

fn read_key(row: &PgRow) -> Result<Option<LogKey>, sqlx::Error> {
    let Some(key) = row.try_get::<Option<Uuid>, _>("api_key_id")? else { return Ok(None) };
    Ok(Some(LogKey {
        account: AccountId::from_uuid(row.try_get("account_id")?),
        key: KeyId::from_uuid(key),
        key_name: row.try_get("api_key_name")?,
        redacted: row.try_get("redacted_value")?,
        role: RoleId::from_uuid(row.try_get("role_id")?),
        role_name: row.try_get("role_name")?,
    }))
}
