//! `DELETE /v1/identity/roles/{id}`: removes a role that nobody has.

use axum::response::Response;

use crate::api::call::{Call, nothing};
use crate::api::error::ApiError;
use crate::api::roles::in_words;
use crate::store::roles;

#[utoipa::path(delete, path = "/v1/identity/roles/{id}", operation_id = "delete-role", tag = "identity",
    params(("id" = String, Path, description = "`rl_…`")),
    responses((status = 200, description = "The role is gone: an empty object.", body = Object)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    call.query()?.end()?;
    roles::delete(&call.state.db, &call.actor(), call.id()?).await.map_err(in_words)?;
    Ok(nothing())
}
