//! Objects as Augno's clients read them.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::catalogue;
use crate::domain::mode::Mode;
use crate::store::keys::{KeyRecord, KeyRole};

/// Which sub-objects a list carries whole; the others are null.
#[derive(Clone, Copy, Debug, Default)]
pub struct Include {
    pub role: bool,
    pub role_permissions: bool,
}

/// `api_key`
pub fn api_key(key: &KeyRecord, mode: Mode, include: Include) -> Value {
    json!({
        "id": key.id.to_string(),
        "object": "api_key",
        "name": key.name,
        "redacted_value": mode.redacted(&key.last_four),
        "role": include.role.then(|| role(&key.role, include)),
        "created_at": timestamp(key.created_at),
        "updated_at": timestamp(key.updated_at),
        "last_used_at": key.last_used_at.map(timestamp),
        "expires_at": key.expires_at.map(timestamp),
        "revoked_at": key.revoked_at.map(timestamp),
    })
}

fn role(role: &KeyRole, include: Include) -> Value {
    let permissions = include
        .role_permissions
        .then(|| catalogue::permissions_of(&role.grants).iter().map(ToString::to_string).collect::<Vec<_>>());
    json!({
        "id": role.id.to_string(),
        "object": "role",
        "name": role.name,
        "type": role.kind,
        "owner": {"object": "owner", "type": if role.built_in { "system" } else { "account" }, "account": null},
        "permissions": permissions,
        "created_at": timestamp(role.created_at),
        "updated_at": timestamp(role.updated_at),
    })
}

/// RFC 3339 in UTC.
pub fn timestamp(at: OffsetDateTime) -> Value {
    json!(at.format(&Rfc3339).ok())
}
