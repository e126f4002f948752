//! `Idempotency-Key`: a request that is sent again takes effect once.

use std::time::Duration;

use http::request::Parts;
use sha2::{Digest, Sha256};

use super::error::ApiError;
use crate::domain::secret;
use crate::store::idempotency::{Once, Repeated};

const HEADER: &str = "idempotency-key";
/// How long a repetition is recognised.
const KEPT: Duration = Duration::from_hours(24);
/// Longest key, in characters.
const LONGEST: usize = 255;

/// The mark of the request, when it carries a key.
pub fn once(parts: &Parts, body: &[u8]) -> Result<Option<Once>, ApiError> {
    let Some(key) = parts.headers.get(HEADER) else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| {
        (1..=LONGEST).contains(&key.len()) && !secret::contains_secret(key) && !key.trim().is_empty()
    });
    let key = key.ok_or_else(|| {
        let message = "Send 1 to 255 visible ASCII characters that you choose at random, and no secret key.";
        ApiError::invalid_parameter("Idempotency-Key", message)
    })?;
    let request = Sha256::new()
        .chain_update(parts.method.as_str())
        .chain_update(" ")
        .chain_update(parts.uri.path())
        .chain_update("\n")
        .chain_update(body)
        .finalize();
    Ok(Some(Once { key: format!("api:{key}"), request: request.into(), keep: KEPT }))
}

/// What a repetition is told.
pub fn repeated(repeated: Repeated) -> ApiError {
    match repeated {
        Repeated::Same(_) => ApiError::repeated(
            "A request with this Idempotency-Key has succeeded already. Its secret was shown once and cannot be \
             shown again: if it is lost, rotate the key.",
        ),
        Repeated::Different => ApiError::repeated(
            "This Idempotency-Key belongs to another request. Send a key that you have not used in 24 hours.",
        ),
    }
}
