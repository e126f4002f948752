//! `POST /v1/auth/api-keys/{id}/actions/rotate`: gives a key another secret and shows it once.

use axum::response::Response;
use http::StatusCode;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::idempotency;
use crate::api::keys::{bad_expiration, include, reveal};
use crate::api::wire::CreatedApiKey;
use crate::domain::key::{Expiration, Overlap};
use crate::store::keys::{self, RotateError, Rotation, Seen};

/// How to rotate; an empty body will do.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub struct RotateApiKeyRequest {
    /// When the key expires; as before unless given. An expired key needs one.
    #[schema(format = DateTime, nullable = false)]
    expires_at: Option<String>,
    /// When the old secret stops, at most 30 days ahead and never past the key's expiry; older ones then stop when
    /// it was promised to them. Unless given, the old secret and every older one stop at once.
    #[schema(format = DateTime, nullable = false)]
    revoke_at: Option<String>,
}

#[utoipa::path(post, path = "/v1/auth/api-keys/{id}/actions/rotate", operation_id = "rotate-api-key", tag = "auth",
    params(
        ("id" = String, Path, description = "`apke_…`"),
        ("include[]" = Option<Vec<String>>, Query, description = "role, role.permissions"),
        ("Idempotency-Key" = Option<String>, Header, description = "Chosen by you: the same key and body within 24 hours rotate once."),
    ),
    request_body = RotateApiKeyRequest,
    responses((status = 201, description = "The key with its other secret.", body = CreatedApiKey)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let include = include(&mut query)?;
    query.end()?;
    let key = call.id()?;
    let (mut fields, once) = call.fields()?;
    let expiration = fields.optional_time("expires_at")?.map(Expiration::At);
    let overlap = fields.optional_time("revoke_at")?.map_or(Overlap::None, Overlap::Until);
    fields.end()?;
    // A rotation of which the caller cannot have known is found out, instead of killing the secret that it has just shown.
    let seen = Seen::Revision(call.seen_revision());
    let rotation = Rotation { seen, overlap, expiration, once };
    let mut random = UnwrapErr(SysRng);
    let rotated =
        keys::rotate(&call.state.db, &call.actor(), call.caller.mode, key, rotation, &mut random).await;
    let issued = rotated.map_err(|error| match error {
        RotateError::NotFound => ApiError::no_such_object(),
        RotateError::Revoked => {
            ApiError::conflict("This key is revoked and cannot be rotated. Create another one.")
        }
        RotateError::NeedsExpiration => ApiError::invalid_parameter(
            "expires_at",
            "This key has expired. Send a time in the future to rotate it.",
        ),
        RotateError::Raced => ApiError::conflict(
            "Another rotation of this key came first, so nothing was changed. Look at the key before you try again.",
        ),
        RotateError::Repeated(repeated) => idempotency::repeated(repeated),
        RotateError::Expiration(error) => bad_expiration(error),
        RotateError::Overlap(error) => ApiError::invalid_parameter("revoke_at", error.to_string()),
        RotateError::Store(error) => error.into(),
    })?;
    Ok(json(StatusCode::CREATED, reveal(&call, &issued, include)))
}
