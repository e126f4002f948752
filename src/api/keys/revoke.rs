//! `DELETE /v1/auth/api-keys/{id}`: revokes a key. Its record stays.

use axum::response::Response;

use crate::api::call::{Call, nothing};
use crate::api::error::ApiError;
use crate::store::keys::{self, RevokeOutcome};

#[utoipa::path(delete, path = "/v1/auth/api-keys/{id}", operation_id = "revoke-api-key", tag = "auth",
    params(("id" = String, Path, description = "`apke_…`")),
    responses((status = 200, description = "The key is revoked: an empty object.", body = Object)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    call.query()?.end()?;
    let revoked = keys::revoke(&call.state.db, &call.actor(), call.caller.mode, call.id()?, None).await?;
    match revoked {
        RevokeOutcome::Revoked { .. } | RevokeOutcome::AlreadyRevoked { .. } => Ok(nothing()),
        RevokeOutcome::NotFound => Err(ApiError::no_such_object()),
    }
}
