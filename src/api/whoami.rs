//! `GET /v1/auth/whoami`: the key behind a secret, and what it may do.

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::{Call, json};
use super::error::ApiError;
use super::wire::{ObjectAccount, ObjectApiKey, ObjectRole, ObjectWhoami, timestamp};

/// The key that asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Whoami {
    #[schema(inline)]
    object: ObjectWhoami,
    account: WhoamiAccount,
    api_key: WhoamiKey,
    role: WhoamiRole,
    /// `{domain}:{action}`, sorted.
    permissions: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WhoamiAccount {
    id: String,
    #[schema(inline)]
    object: ObjectAccount,
    name: String,
    /// `production` or `sandbox`.
    mode: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WhoamiKey {
    id: String,
    #[schema(inline)]
    object: ObjectApiKey,
    name: String,
    redacted_value: String,
    #[schema(required, format = DateTime)]
    expires_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WhoamiRole {
    id: String,
    #[schema(inline)]
    object: ObjectRole,
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

#[utoipa::path(get, path = "/v1/auth/whoami", operation_id = "whoami", tag = "auth",
    responses((status = 200, description = "The key and what it may do.", body = Whoami)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    call.query()?.end()?;
    let known = &call.caller;
    let permissions = call.catalogue().permissions_of(&known.grants);
    let whoami = Whoami {
        object: ObjectWhoami::Name,
        account: WhoamiAccount {
            id: known.account.to_string(),
            object: ObjectAccount::Name,
            name: known.account_name.clone(),
            mode: known.mode.slug().to_owned(),
        },
        api_key: WhoamiKey {
            id: known.key.to_string(),
            object: ObjectApiKey::Name,
            name: known.key_name.clone(),
            redacted_value: known.mode.redacted(&known.last_four),
            expires_at: known.expires_at.map(timestamp),
        },
        role: WhoamiRole {
            id: known.role.to_string(),
            object: ObjectRole::Name,
            name: known.role_name.clone(),
            kind: known.role_type.clone(),
        },
        permissions: permissions.iter().map(ToString::to_string).collect(),
    };
    Ok(json(StatusCode::OK, whoami))
}
