//! Audit events: one for each change that a member or a key made.

pub mod get;
pub mod list;
pub mod resource_types;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::ApiError;
use super::query::Query;
use super::wire::{Actor, ActorType, List, ObjectActor, ObjectAuditEvent, timestamp};
use crate::domain::id::MemberId;
use crate::store::audit::{AuditRecord, Who};

/// One change, never changed itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEvent {
    /// `ae_…`
    id: String,
    #[schema(inline)]
    object: ObjectAuditEvent,
    /// `create`, `update` or `delete`.
    action: String,
    /// `api_key`, `role` or `account_user`.
    resource_type: String,
    resource_id: String,
    /// Null unless included, and for what an operator did on the command line.
    #[schema(required)]
    actor: Option<Actor>,
    /// Null unless included.
    #[schema(required)]
    changes: Option<List<AuditFieldChange>>,
    /// What the resource was known by, and what was done. Empty unless included.
    #[schema(value_type = Object)]
    metadata: Value,
    /// `rq_…`
    #[schema(required)]
    request_id: Option<String>,
    #[schema(required)]
    idempotency_key: Option<String>,
    #[schema(required)]
    source_ip: Option<String>,
    #[schema(format = DateTime)]
    occurred_at: String,
    #[schema(format = DateTime)]
    created_at: String,
}

/// A field before and after.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditFieldChange {
    field: String,
    /// Null where there was none.
    #[schema(value_type = Object)]
    old_value: Value,
    /// Null where there is none.
    #[schema(value_type = Object)]
    new_value: Value,
}

/// What a list or an answer carries whole.
#[derive(Clone, Copy, Debug, Default)]
struct Include {
    actor: bool,
    changes: bool,
    metadata: bool,
}

fn include(query: &mut Query) -> Result<Include, ApiError> {
    let [actor, changes, metadata] = query.includes(["actor", "changes", "metadata"])?;
    Ok(Include { actor, changes, metadata })
}

fn show(record: AuditRecord, include: Include) -> AuditEvent {
    let changes = record.changes.as_array().into_iter().flatten().map(|change| AuditFieldChange {
        field: change["field"].as_str().unwrap_or_default().to_owned(),
        old_value: change["old_value"].clone(),
        new_value: change["new_value"].clone(),
    });
    AuditEvent {
        id: record.id.to_string(),
        object: ObjectAuditEvent::Name,
        action: record.action,
        resource_type: record.resource.slug().to_owned(),
        resource_id: record.resource.id(),
        actor: show_actor(&record.who).filter(|_| include.actor),
        changes: include.changes.then(|| List::whole(changes.collect())),
        metadata: if include.metadata { record.metadata } else { Value::Object(Default::default()) },
        request_id: record.request.map(|id| id.to_string()),
        idempotency_key: None,
        source_ip: record.source_ip.map(|ip| ip.to_string()),
        occurred_at: timestamp(record.occurred_at),
        created_at: timestamp(record.occurred_at),
    }
}

fn show_actor(who: &Who) -> Option<Actor> {
    let (kind, id, handle) = match who {
        Who::Member { id, email } => (ActorType::User, MemberId::to_string(id), email),
        Who::Key { id, redacted, .. } => (ActorType::ApiKey, id.to_string(), redacted),
        Who::Operator { .. } => return None,
    };
    Some(Actor {
        id,
        object: ObjectActor::Name,
        kind,
        name: Some(who.name().to_owned()),
        handle: Some(handle.clone()),
        role: None,
    })
}
