//! `POST /v1/auth/api-keys/{id}/actions/delete`: removes a key's record entirely.

use axum::response::Response;

use crate::api::call::{Call, nothing};
use crate::api::error::ApiError;
use crate::store::keys::{self, Confirmation, DeleteError};

#[utoipa::path(post, path = "/v1/auth/api-keys/{id}/actions/delete", operation_id = "delete-api-key", tag = "auth",
    params(("id" = String, Path, description = "`apke_…`")),
    responses((status = 200, description = "The key is gone: an empty object.", body = Object)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    call.query()?.end()?;
    let key = call.id()?;
    call.fields()?.0.end()?;
    let deleted =
        keys::delete(&call.state.db, &call.actor(), call.caller.mode, key, Confirmation::ById).await;
    match deleted {
        Ok(_) => Ok(nothing()),
        // A program names the key by its id, and that is confirmation enough.
        Err(DeleteError::NotFound | DeleteError::Unconfirmed) => Err(ApiError::no_such_object()),
        Err(DeleteError::Store(error)) => Err(error.into()),
    }
}
