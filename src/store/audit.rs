//! Audit events: written in the transaction of the change they tell of, never changed.

use std::net::IpAddr;

use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::Error;
use crate::domain::id::{AccountId, KeyId, MemberId, RequestId};

/// Who makes a change, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account: AccountId,
    pub who: Who,
    pub ip: Option<IpAddr>,
    /// `None` for changes that no request made.
    pub request: Option<RequestId>,
}

/// Whom an event names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    Member {
        id: MemberId,
        email: String,
    },
    Key {
        id: KeyId,
        name: String,
    },
    /// Set-up and the command line.
    Operator {
        name: String,
    },
}

impl Actor {
    /// A change that was made outside the console and the API.
    pub fn operator(account: AccountId, name: &str) -> Self {
        Self { account, who: Who::Operator { name: name.to_owned() }, ip: None, request: None }
    }

    /// The member, unless a program or an operator acts.
    pub fn member(&self) -> Option<MemberId> {
        match self.who {
            Who::Member { id, .. } => Some(id),
            Who::Key { .. } | Who::Operator { .. } => None,
        }
    }
}

impl Who {
    fn slug(&self) -> &'static str {
        match self {
            Self::Member { .. } => "user",
            Self::Key { .. } => "api_key",
            Self::Operator { .. } => "system",
        }
    }

    fn id(&self) -> Option<Uuid> {
        match self {
            Self::Member { id, .. } => Some(id.uuid()),
            Self::Key { id, .. } => Some(id.uuid()),
            Self::Operator { .. } => None,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Member { email: name, .. } | Self::Key { name, .. } | Self::Operator { name } => name,
        }
    }
}

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    Key(KeyId),
    Member(MemberId),
}

impl Resource {
    fn slug(self) -> &'static str {
        match self {
            Self::Key(_) => "api_key",
            Self::Member(_) => "account_user",
        }
    }

    fn uuid(self) -> Uuid {
        match self {
            Self::Key(id) => id.uuid(),
            Self::Member(id) => id.uuid(),
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Create,
    Edit,
    Rotate,
    Revoke,
    Delete,
}

impl Operation {
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

/// One event, to be written.
#[derive(Debug)]
pub struct Event {
    pub operation: Operation,
    pub resource: Resource,
    /// What to know the resource by when it is gone: an object, to which the operation is added.
    pub metadata: Value,
    pub changes: Vec<Change>,
}

/// Writes the event. Call it in the transaction of the change.
pub async fn record(tx: &mut PgConnection, actor: &Actor, event: Event) -> Result<(), Error> {
    let mut metadata = event.metadata;
    metadata["operation"] = json!(event.operation.slug());
    let changes: Value = event
        .changes
        .into_iter()
        .map(|change| json!({"field": change.field, "old_value": change.old, "new_value": change.new}))
        .collect();
    sqlx::query!(
        r#"
        insert into audit_event (id, account_id, actor_type, actor_id, actor_name, action, resource_type,
            resource_id, metadata, changes, request_id, source_ip)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text::inet)
        "#,
        Uuid::now_v7(),
        actor.account.uuid(),
        actor.who.slug(),
        actor.who.id(),
        actor.who.name(),
        event.operation.action(),
        event.resource.slug(),
        event.resource.uuid(),
        metadata,
        changes,
        actor.request.map(RequestId::uuid),
        actor.ip.map(|ip| ip.to_string()),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A moment in an event's values: RFC 3339, `null` for none.
pub fn timestamp(at: Option<OffsetDateTime>) -> Value {
    json!(at.and_then(|at| at.format(&Rfc3339).ok()))
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
