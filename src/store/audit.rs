//! Audit events: written in the transaction of the change they tell of, never changed.

use std::net::IpAddr;

use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Error;
use crate::domain::id::{AccountId, KeyId, MemberId};

/// Who makes a change, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account: AccountId,
    pub member: MemberId,
    pub email: String,
    pub ip: Option<IpAddr>,
    pub request: Uuid,
}

/// What an admin did to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOperation {
    Create,
    Edit,
    Rotate,
    Revoke,
    Delete,
}

impl KeyOperation {
    fn slug(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Rotate => "rotate",
            Self::Revoke => "revoke",
            Self::Delete => "delete",
        }
    }

    /// The event's action, of the few that the API knows.
    fn action(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Edit | Self::Rotate | Self::Revoke => "update",
            Self::Delete => "delete",
        }
    }
}

/// A field before and after. `Value::Null` where there was or is none.
#[derive(Clone, Debug)]
pub struct Change {
    pub field: &'static str,
    pub old: Value,
    pub new: Value,
}

/// One event about a key, to be written.
#[derive(Debug)]
pub struct KeyEvent<'a> {
    pub operation: KeyOperation,
    pub key: KeyId,
    /// The key's name before the change.
    pub name: &'a str,
    /// The redacted value before the change.
    pub redacted: &'a str,
    pub reason: Option<&'a str>,
    pub changes: Vec<Change>,
}

/// Writes the event. Call it in the transaction of the change.
pub async fn record(tx: &mut PgConnection, actor: &Actor, event: KeyEvent<'_>) -> Result<(), Error> {
    let mut metadata = json!({
        "operation": event.operation.slug(),
        "name": event.name,
        "redacted_value": event.redacted,
    });
    if let Some(reason) = event.reason {
        metadata["reason"] = json!(reason);
    }
    let changes: Value = event
        .changes
        .into_iter()
        .map(|change| json!({"field": change.field, "old_value": change.old, "new_value": change.new}))
        .collect();
    sqlx::query!(
        r#"
        insert into audit_event (id, account_id, actor_type, actor_id, actor_name, action, resource_type,
            resource_id, metadata, changes, request_id, source_ip)
        values ($1, $2, 'user', $3, $4, $5, 'api_key', $6, $7, $8, $9, $10::text::inet)
        "#,
        Uuid::now_v7(),
        actor.account.uuid(),
        actor.member.uuid(),
        actor.email,
        event.operation.action(),
        event.key.uuid(),
        metadata,
        changes,
        actor.request,
        actor.ip.map(|ip| ip.to_string()),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A change that was made outside the console: at set-up, or on the command line.
#[derive(Clone, Copy, Debug)]
pub struct Operator<'a> {
    pub account: AccountId,
    /// Whom to name.
    pub name: &'a str,
}

/// Writes that a member was added with a role. Call it in the transaction of the change.
pub async fn record_member(
    tx: &mut PgConnection,
    by: Operator<'_>,
    member: MemberId,
    email: &str,
    role: &str,
) -> Result<(), Error> {
    let changes = json!([
        {"field": "email", "old_value": null, "new_value": email},
        {"field": "role", "old_value": null, "new_value": {"name": role}},
    ]);
    sqlx::query!(
        r#"
        insert into audit_event (id, account_id, actor_type, actor_name, action, resource_type, resource_id,
            metadata, changes)
        values ($1, $2, 'system', $3, 'create', 'account_user', $4, $5, $6)
        "#,
        Uuid::now_v7(),
        by.account.uuid(),
        by.name,
        member.uuid(),
        json!({"operation": "create"}),
        changes,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// One event as it was written.
#[derive(Debug)]
pub struct AuditEvent {
    pub occurred_at: OffsetDateTime,
    pub actor_name: String,
    pub metadata: Value,
    pub changes: Value,
}

/// The latest 50 events about one key, newest first.
pub async fn of_key(db: &PgPool, account: AccountId, key: KeyId) -> Result<Vec<AuditEvent>, Error> {
    let events = sqlx::query_as!(
        AuditEvent,
        r#"
        select occurred_at, actor_name, metadata, changes
        from audit_event
        where account_id = $1 and resource_id = $2
        order by id desc
        limit 50
        "#,
        account.uuid(),
        key.uuid(),
    )
    .fetch_all(db)
    .await?;
    Ok(events)
}
