//! `GET /v1/core/request-logs/{id}`

use axum::response::Response;
use http::StatusCode;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::request_logs::{Include, RequestLog, show};
use crate::store::request_log;

#[utoipa::path(get, path = "/v1/core/request-logs/{id}", operation_id = "get-request-log", tag = "core",
    params(
        ("id" = String, Path, description = "`rq_…`"),
        ("include[]" = Option<Vec<String>>, Query, description = "account, actor, actor.role, actor.role.permissions, query_json, request_body_json, response_body_json"),
    ),
    responses((status = 200, description = "The request.", body = RequestLog)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let [account, actor, role, permissions, query_json, _, _] = query.includes([
        "account",
        "actor",
        "actor.role",
        "actor.role.permissions",
        "query_json",
        "request_body_json",
        "response_body_json",
    ])?;
    query.end()?;
    let include = Include { account, actor, role, permissions, query: query_json };
    let found = request_log::get(&call.state.db, call.caller.account, call.id()?).await?;
    let record = found.ok_or_else(ApiError::no_such_object)?;
    let shown = show(&call, vec![record], include).await?.into_iter().next();
    Ok(json(StatusCode::OK, shown.ok_or_else(ApiError::no_such_object)?))
}
