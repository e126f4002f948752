//! From a request's headers to a key that may go on.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::request::Parts;
use http::{HeaderMap, header};

use super::error::ApiError;
use crate::domain::catalogue::Operation;
use crate::domain::secret::PresentedSecret;
use crate::server::AppState;
use crate::server::client_ip::client_ip;
use crate::store;
use crate::verify::{Allowed, decide};

/// Checks the presented secret for this operation, asking the database anew, and notes the key's use.
pub async fn authorize(state: &AppState, parts: &Parts, operation: &Operation) -> Result<Allowed, ApiError> {
    let presented = presented(&parts.headers)?;
    let known = store::verification::find(&state.db, presented.id).await?;
    let now = match &known {
        Some(known) => known.read_at,
        None => return Err(ApiError::refused(crate::verify::Refusal::Unknown)),
    };
    let allowed = decide(&presented, known, &operation.needs, now).map_err(ApiError::refused)?;
    let socket = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let ip = client_ip(socket, &parts.headers, &state.config.trusted_proxies);
    state.key_uses.note(allowed.known.key, now, ip);
    Ok(allowed)
}

/// `Authorization: Bearer <secret>`, scheme in any case, exactly one such header.
fn presented(headers: &HeaderMap) -> Result<PresentedSecret, ApiError> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next().ok_or_else(ApiError::no_credentials)?;
    if lines.next().is_some() {
        return Err(ApiError::many_credentials());
    }
    let line = line.to_str().map_err(|_| ApiError::malformed_credentials())?;
    let (scheme, credentials) = line.split_once(' ').unwrap_or((line, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ApiError::no_credentials());
    }
    PresentedSecret::parse(credentials.trim()).map_err(|_| ApiError::malformed_credentials())
}
