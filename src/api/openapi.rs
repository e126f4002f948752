//! `GET /v1/openapi.json`: describes our own operations, from the code that answers them.

use axum::response::Response;
use http::StatusCode;
use utoipa::OpenApi;
use utoipa::openapi::Server;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

use super::call::json;
use super::{audit_events, keys, request_logs, roles, whoami};
use crate::state::AppState;

#[derive(OpenApi)]
#[openapi(
    info(title = "Augno API keys", description = "API keys, roles, request logs and audit events."),
    security(("secret_key" = [])),
    paths(
        whoami::handle,
        keys::list::handle, keys::create::handle, keys::get::handle, keys::edit::handle, keys::revoke::handle,
        keys::rotate::handle, keys::delete::handle,
        roles::list::handle, roles::create::handle, roles::get::handle, roles::edit::handle, roles::delete::handle,
        request_logs::list::handle, request_logs::get::handle,
        audit_events::list::handle, audit_events::resource_types::handle, audit_events::get::handle,
        answer,
    ),
    components(schemas(super::error::ErrorEnvelope)),
)]
struct Document;

/// The document. `origin` is the server's public URL.
pub fn document(origin: &str) -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.servers = Some(vec![Server::new(origin)]);
    let mut scheme = Http::new(HttpAuthScheme::Bearer);
    scheme.description =
        Some("A secret key, as it was shown when the key was created or rotated.".to_owned());
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("secret_key", SecurityScheme::Http(scheme));
    document
}

#[utoipa::path(get, path = "/v1/openapi.json", operation_id = "describe", tag = "meta", security(()),
    responses((status = 200, description = "This document.", body = Object)))]
pub fn answer(state: &AppState) -> Response {
    json(StatusCode::OK, document(state.config.public_url.origin()))
}
