//! `GET /v1/core/audit-events/resource-types`: what events can be about.

use axum::response::Response;
use http::StatusCode;

use crate::api::call::json;
use crate::api::wire::List;
use crate::store::audit::Resource;

#[utoipa::path(get, path = "/v1/core/audit-events/resource-types", operation_id = "list-audit-event-resource-types",
    tag = "core",
    responses((status = 200, description = "All of them.", body = List<String>)))]
pub fn handle() -> Response {
    json(StatusCode::OK, List::whole(Resource::TYPES.to_vec()))
}
