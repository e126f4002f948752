//! Reading audit events: newest first, filtered, page by page.

use std::net::IpAddr;

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Resource, Who};
use crate::domain::id::{AccountId, Audit, AuditId, KeyId, MemberId, RequestId};
use crate::store::pages::{Cursor, Page, push_page};
use crate::store::{Db, Error, like_literal};

/// One event as it was written.
#[derive(Clone, Debug)]
pub struct AuditRecord {
    pub id: AuditId,
    /// `create`, `update` or `delete`.
    pub action: String,
    pub resource: Resource,
    pub who: Who,
    /// A JSON object: the operation, and what the resource was known by.
    pub metadata: Value,
    /// `[{"field": …, "old_value": …, "new_value": …}]`
    pub changes: Value,
    pub request: Option<RequestId>,
    pub source_ip: Option<IpAddr>,
    pub occurred_at: OffsetDateTime,
}

/// Which events, and which page of them. An empty list filters nothing.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// A part of the actor's name or of the resource's name, in any case.
    pub search: Option<String>,
    pub from: Option<OffsetDateTime>,
    pub until: Option<OffsetDateTime>,
    pub resource_types: Vec<String>,
    pub resources: Vec<Uuid>,
    pub actors: Vec<Uuid>,
    pub actions: Vec<String>,
    pub cursor: Option<Cursor<Audit>>,
    /// Events a page, at least 1.
    pub limit: i64,
}

/// One page of an account's events.
pub async fn list(
    db: &Db,
    account: AccountId,
    query: &AuditQuery,
) -> Result<Page<AuditRecord, Audit>, Error> {
    let mut sql = begin(account);
    if let Some(from) = query.from {
        sql.push(" and occurred_at >= ").push_bind(from);
    }
    if let Some(until) = query.until {
        sql.push(" and occurred_at <= ").push_bind(until);
    }
    for (column, values) in [("resource_type", &query.resource_types), ("action", &query.actions)] {
        if !values.is_empty() {
            sql.push(format!(" and {column} = any(")).push_bind(values.clone()).push(")");
        }
    }
    for (column, values) in [("resource_id", &query.resources), ("actor_id", &query.actors)] {
        if !values.is_empty() {
            sql.push(format!(" and {column} = any(")).push_bind(values.clone()).push(")");
        }
    }
    if let Some(search) = &query.search {
        let pattern = format!("%{}%", like_literal(search));
        sql.push(" and (actor_name ilike ").push_bind(pattern.clone());
        sql.push(" or metadata->>'name' ilike ").push_bind(pattern).push(")");
    }
    push_page(&mut sql, "id", query.cursor, query.limit);
    let rows = sql.build().fetch_all(db).await?;
    let records = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::new(records, query.cursor, query.limit, |record| record.id))
}

/// One event of an account.
pub async fn get(db: &Db, account: AccountId, id: AuditId) -> Result<Option<AuditRecord>, Error> {
    let mut sql = begin(account);
    sql.push(" and id = ").push_bind(id.uuid());
    Ok(sql.build().fetch_optional(db).await?.as_ref().map(read).transpose()?)
}

/// The latest 50 events about one key, newest first.
pub async fn of_key(db: &Db, account: AccountId, key: KeyId) -> Result<Vec<AuditRecord>, Error> {
    let query = AuditQuery { resources: vec![key.uuid()], limit: 50, ..AuditQuery::default() };
    Ok(list(db, account, &query).await?.items)
}

fn begin(account: AccountId) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new(
        "select id, action, resource_type, resource_id, actor_type, actor_id, actor_name, actor_handle, metadata,
            changes, request_id, host(source_ip) as source_ip, occurred_at
        from audit_event where account_id = ",
    );
    sql.push_bind(account.uuid());
    sql
}

fn read(row: &PgRow) -> Result<AuditRecord, sqlx::Error> {
    let resource_type: String = row.try_get("resource_type")?;
    let resource = Resource::from_row(&resource_type, row.try_get("resource_id")?);
    let request: Option<Uuid> = row.try_get("request_id")?;
    let ip: Option<String> = row.try_get("source_ip")?;
    Ok(AuditRecord {
        id: AuditId::from_uuid(row.try_get("id")?),
        action: row.try_get("action")?,
        resource: resource.ok_or_else(|| sqlx::Error::Decode("an unknown type of resource".into()))?,
        who: read_who(row)?,
        metadata: row.try_get("metadata")?,
        changes: row.try_get("changes")?,
        request: request.map(RequestId::from_uuid),
        source_ip: ip.and_then(|ip| ip.parse().ok()),
        occurred_at: row.try_get("occurred_at")?,
    })
}

fn read_who(row: &PgRow) -> Result<Who, sqlx::Error> {
    let kind: String = row.try_get("actor_type")?;
    let id: Option<Uuid> = row.try_get("actor_id")?;
    let name: String = row.try_get("actor_name")?;
    let handle: Option<String> = row.try_get("actor_handle")?;
    Ok(match (kind.as_str(), id) {
        ("user", Some(id)) => Who::Member { id: MemberId::from_uuid(id), email: name },
        ("api_key", Some(id)) => {
            Who::Key { id: KeyId::from_uuid(id), name, redacted: handle.unwrap_or_default() }
        }
        _ => Who::Operator { name },
    })
}
