//! The gateway: requests to the upstream's operations, passed on and back.

mod headers;

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, Request, header};

use super::error::ApiError;
use crate::domain::known_secret::KnownSecret;
use crate::domain::request_path;
use crate::request_log::Entry;
use crate::state::AppState;

/// Passes a request on and its answer back, both as they come. `path` is what was matched, decoded.
pub async fn forward(
    state: &AppState,
    entry: &Entry,
    caller: &KnownSecret,
    path: &str,
    mut parts: Parts,
    body: Body,
) -> Result<Response, ApiError> {
    // An upstream's operations are in the catalogue only where there is an upstream.
    let upstream = state.upstream.as_ref().ok_or_else(|| ApiError::unknown_path(&parts.uri))?;
    if asks_for_websocket(&parts.headers) {
        return Err(ApiError::no_upgrade());
    }
    let uri = upstream.uri(&request_path::encode(path), parts.uri.query());
    let mut request = Request::new(body);
    *request.method_mut() = parts.method;
    *request.uri_mut() = uri.ok_or_else(|| ApiError::unknown_path(&parts.uri))?;
    headers::to_upstream(&mut parts.headers, caller, entry, &state.config.public_url);
    *request.headers_mut() = parts.headers;
    let mut response = upstream.send(request).await?;
    headers::from_upstream(response.headers_mut(), upstream.base());
    Ok(response)
}

/// Other upgrades are offers, which need not be taken up (RFC 9110, 7.8).
fn asks_for_websocket(headers: &HeaderMap) -> bool {
    headers::tokens(headers, header::UPGRADE).any(|protocol| protocol == "websocket")
}
