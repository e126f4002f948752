//! From a request's headers to a key that may go on.

use std::sync::Arc;

use http::request::Parts;
use http::{HeaderMap, header};

use super::error::ApiError;
use crate::domain::known_secret::KnownSecret;
use crate::domain::operation::{Needs, Operation};
use crate::domain::secret::PresentedSecret;
use crate::request_log::Entry;
use crate::state::AppState;
use crate::verify::{Found, Refusal, decide};

/// Checks the presented secret for this operation by what holds after it came, and notes the key's use. Also a key
/// that is refused is told to the log, once its whole secret has been seen.
pub async fn authorize(
    state: &AppState,
    parts: &Parts,
    operation: &Operation,
    entry: &mut Entry,
) -> Result<Arc<KnownSecret>, ApiError> {
    let presented = presented(&parts.headers)?;
    let found = state.secrets.find(presented.id).await.map_err(|error| ApiError::from(&*error))?;
    let Some(Found { secret: known, now }) = found else { return Err(ApiError::refused(Refusal::Unknown)) };
    let decided = decide(&presented, Some(&known), &operation.needs, now);
    if decided != Err(Refusal::Unknown) {
        entry.identified(&known);
    }
    decided.map_err(ApiError::refused)?;
    state.key_uses.note(known.secret, known.key, now, entry.ip());
    Ok(known)
}

/// Tells the log whose request it is that no operation answers. Whoever cannot be told is nobody.
pub async fn identify(state: &AppState, parts: &Parts, entry: &mut Entry) {
    let Ok(presented) = presented(&parts.headers) else { return };
    let Ok(Some(Found { secret: known, now })) = state.secrets.find(presented.id).await else { return };
    if decide(&presented, Some(&known), &Needs::AnyKey, now) != Err(Refusal::Unknown) {
        entry.identified(&known);
    }
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
