//! `GET /v1/auth/whoami`: the key behind a secret, and what it may do.

use axum::Json;
use axum::extract::State;
use http::request::Parts;
use serde_json::{Value, json};

use super::authorize::authorize;
use super::error::ApiError;
use super::wire::timestamp;
use crate::domain::catalogue;
use crate::server::AppState;

pub async fn handle(State(state): State<AppState>, parts: Parts) -> Result<Json<Value>, ApiError> {
    let known = authorize(&state, &parts, &catalogue::whoami()).await?.known;
    let permissions: Vec<String> =
        catalogue::permissions_of(&known.grants).iter().map(ToString::to_string).collect();
    Ok(Json(json!({
        "object": "whoami",
        "account": {
            "id": known.account.to_string(),
            "object": "account",
            "name": known.account_name,
            "mode": known.mode.slug(),
        },
        "api_key": {
            "id": known.key.to_string(),
            "object": "api_key",
            "name": known.key_name,
            "redacted_value": known.mode.redacted(&known.last_four),
            "expires_at": known.expires_at.map(timestamp),
        },
        "role": {
            "id": known.role.to_string(),
            "object": "role",
            "name": known.role_name,
            "type": known.role_type,
        },
        "permissions": permissions,
    })))
}
