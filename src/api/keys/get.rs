//! `GET /v1/auth/api-keys/{id}`

use axum::response::Response;
use http::StatusCode;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::keys::{include, show};
use crate::api::wire::ApiKey;

#[utoipa::path(get, path = "/v1/auth/api-keys/{id}", operation_id = "get-api-key", tag = "auth",
    params(
        ("id" = String, Path, description = "`apke_…`"),
        ("include[]" = Option<Vec<String>>, Query, description = "role, role.permissions"),
    ),
    responses((status = 200, description = "The key.", body = ApiKey)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let include = include(&mut query)?;
    query.end()?;
    Ok(json(StatusCode::OK, show(&call, call.id()?, include).await?))
}
