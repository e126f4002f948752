//! Whether this copy of the server runs, and whether it can answer calls.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use tokio::time::timeout;
use uuid::Uuid;

use crate::state::AppState;
use crate::store;

/// Longest time that the database may take to say that it is there.
const PING_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the database may commit nothing of ours. The lease is renewed twice a second.
const COMMIT_PAUSE: Duration = Duration::from_secs(5);

/// `/healthz` and `/readyz`
pub fn probes() -> Router<AppState> {
    Router::new().route("/healthz", get(async || "ok")).route("/readyz", get(ready))
}

async fn ready(State(state): State<AppState>) -> Response {
    match why_not(&state).await {
        None => "ok".into_response(),
        Some(why) => {
            tracing::warn!(why, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
        }
    }
}

/// Why calls are refused at present.
async fn why_not(state: &AppState) -> Option<&'static str> {
    let asked = timeout(PING_TIMEOUT, async {
        // The way of every request: no secret has this id.
        let looked_up = state.secrets.find(Uuid::nil()).await.is_ok();
        (looked_up, store::is_writable(&state.db).await)
    });
    match asked.await {
        Ok((true, Ok(true))) => {}
        Ok((true, Ok(false))) => return Some("the database can be read only"),
        _ => return Some("the database cannot be reached"),
    }
    if state.log.is_failing() {
        return Some("the request log cannot be written");
    }
    (state.secrets.last_grant() > COMMIT_PAUSE).then_some("the database commits nothing")
}
