//! Audit events: written in the transaction of the change they tell of, never changed.

mod list;

pub use list::{AuditQuery, AuditRecord, get, list, of_key};

use std::net::IpAddr;

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::Error;
use crate::domain::id::{AccountId, KeyId, MemberId, RequestId, RoleId};

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
        redacted: String,
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

    /// The member's email, the key's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Member { email: name, .. } | Self::Key { name, .. } | Self::Operator { name } => name,
        }
    }

    /// What people recognise it by: the email of a member, the redacted value of a key.
    fn handle(&self) -> Option<&str> {
        match self {
            Self::Member { email, .. } => Some(email),
            Self::Key { redacted, .. } => Some(redacted),
            Self::Operator { .. } => None,
        }
    }
}

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    Key(KeyId),
    Member(MemberId),
    Role(RoleId),
}

impl Resource {
    /// The types of resources that events are about, as the API names them.
    pub const TYPES: [&'static str; 3] = ["account_user", "api_key", "role"];

    /// Reads the columns of an event.
    fn from_row(resource_type: &str, id: Uuid) -> Option<Self> {
        match resource_type {
            "api_key" => Some(Self::Key(KeyId::from_uuid(id))),
            "account_user" => Some(Self::Member(MemberId::from_uuid(id))),
            "role" => Some(Self::Role(RoleId::from_uuid(id))),
            _ => None,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Self::Key(_) => "api_key",
            Self::Member(_) => "account_user",
            Self::Role(_) => "role",
        }
    }

    /// `apke_…`, `us_…` or `rl_…`.
    pub fn id(self) -> String {
        match self {
            Self::Key(id) => id.to_string(),
            Self::Member(id) => id.to_string(),
            Self::Role(id) => id.to_string(),
        }
    }

    fn uuid(self) -> Uuid {
        match self {
            Self::Key(id) => id.uuid(),
            Self::Member(id) => id.uuid(),
            Self::Role(id) => id.uuid(),
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Create,
    Edit,
    Rotate,
    /// Of one older secret of a key.
    Stop,
    Revoke,
    Delete,
}

impl Operation {
    fn slug(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Rotate => "rotate",
            Self::Stop => "stop",
            Self::Revoke => "revoke",
            Self::Delete => "delete",
        }
    }

    /// The event's action, of the few that the API knows.
    fn action(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Edit | Self::Rotate | Self::Stop | Self::Revoke => "update",
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
        insert into audit_event (id, account_id, actor_type, actor_id, actor_name, actor_handle, action,
            resource_type, resource_id, metadata, changes, request_id, source_ip, occurred_at)
        -- The clock's time: a transaction that waited began before what it came to do.
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::text::inet, clock_timestamp())
        "#,
        Uuid::now_v7(),
        actor.account.uuid(),
        actor.who.slug(),
        actor.who.id(),
        actor.who.name(),
        actor.who.handle(),
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
