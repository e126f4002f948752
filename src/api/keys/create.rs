//! `POST /v1/auth/api-keys`: makes a key and shows its secret once.

use axum::response::Response;
use http::StatusCode;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::idempotency;
use crate::api::keys::{bad_expiration, include, name, note, reveal_noted, role_id, unknown_role};
use crate::api::wire::CreatedNotedApiKey;
use crate::domain::key::Expiration;
use crate::store::keys::{self, CreateError, NewKey};

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub struct CreateApiKeyRequest {
    /// `rl_…`
    role_id: String,
    /// 1 to 80 characters.
    name: String,
    /// When the key expires; never unless given.
    #[schema(format = DateTime, nullable = false)]
    expires_at: Option<String>,
    /// What admins should know of the key: at most 500 characters.
    #[schema(nullable = false)]
    note: Option<String>,
}

#[utoipa::path(post, path = "/v1/auth/api-keys", operation_id = "create-api-key", tag = "auth",
    params(
        ("include[]" = Option<Vec<String>>, Query, description = "role, role.permissions"),
        ("Idempotency-Key" = Option<String>, Header, description = "Chosen by you: the same key and body within 24 hours make one key."),
    ),
    request_body = CreateApiKeyRequest,
    responses((status = 201, description = "The key with its secret.", body = CreatedNotedApiKey)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let include = include(&mut query)?;
    query.end()?;
    let (mut fields, once) = call.fields()?;
    let name = name(&fields.text("name")?)?;
    let role = role_id(&fields.text("role_id")?)?;
    let expiration = fields.optional_time("expires_at")?.map_or(Expiration::Never, Expiration::At);
    let note = fields.optional_text("note")?.as_deref().map_or(Ok(None), note)?;
    fields.end()?;
    let new = NewKey { name, role, expiration, note, once };
    let mut random = UnwrapErr(SysRng);
    let created = keys::create(&call.state.db, &call.actor(), call.caller.mode, new, &mut random).await;
    let issued = created.map_err(|error| match error {
        CreateError::UnknownRole => unknown_role(),
        CreateError::Repeated(repeated) => idempotency::repeated(repeated),
        CreateError::Expiration(error) => bad_expiration(error),
        CreateError::Store(error) => error.into(),
    })?;
    Ok(json(StatusCode::CREATED, reveal_noted(&call, &issued, include)))
}
