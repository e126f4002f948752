//! `GET /v1/identity/roles/{id}`

use axum::response::Response;
use http::StatusCode;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::roles::{include, show};
use crate::api::wire::Role;

#[utoipa::path(get, path = "/v1/identity/roles/{id}", operation_id = "get-role", tag = "identity",
    params(
        ("id" = String, Path, description = "`rl_…`"),
        ("include[]" = Option<Vec<String>>, Query, description = "owner, owner.account, permissions"),
    ),
    responses((status = 200, description = "The role.", body = Role)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let include = include(&mut query)?;
    query.end()?;
    Ok(json(StatusCode::OK, show(&call, call.id()?, include).await?))
}
