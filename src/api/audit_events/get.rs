//! `GET /v1/core/audit-events/{id}`

use axum::response::Response;
use http::StatusCode;

use crate::api::audit_events::{AuditEvent, include, show};
use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::store::audit;

#[utoipa::path(get, path = "/v1/core/audit-events/{id}", operation_id = "get-audit-event", tag = "core",
    params(
        ("id" = String, Path, description = "`ae_…`"),
        ("include[]" = Option<Vec<String>>, Query, description = "actor, changes, metadata"),
    ),
    responses((status = 200, description = "The event.", body = AuditEvent)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let include = include(&mut query)?;
    query.end()?;
    let found = audit::get(&call.state.db, call.caller.account, call.id()?).await?;
    Ok(json(StatusCode::OK, show(found.ok_or_else(ApiError::no_such_object)?, include)))
}
