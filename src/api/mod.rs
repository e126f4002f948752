//! The HTTP API that keys open. One file for each call.

mod authorize;
mod error;
mod error_code;
mod list_keys;
mod whoami;
mod wire;

pub use error_code::ErrorCode;

use std::time::Duration;

use axum::extract::{OriginalUri, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use http::{HeaderValue, Method, StatusCode, header};
use tower_http::catch_panic::CatchPanicLayer;

use crate::domain::id::RequestId;
use crate::domain::secret;
use crate::server::AppState;
use crate::store;
use error::ApiError;

/// Longest time an answer may take.
const LONGEST: Duration = Duration::from_secs(30);

/// Longest time that the database may take to say that it is there.
const LONGEST_PING: Duration = Duration::from_secs(5);

/// Everything under /v1, and the probes beside it.
pub fn routes(state: &AppState) -> Router<AppState> {
    let v1 = Router::new()
        .route("/v1/auth/whoami", get(whoami::handle))
        .route("/v1/auth/api-keys", get(list_keys::handle))
        .route("/v1/{*rest}", axum::routing::any(not_found))
        .route("/v1", axum::routing::any(not_found))
        .route("/v1/", axum::routing::any(not_found))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(|_| ApiError::panicked().into_response()))
        .layer(from_fn_with_state(state.clone(), layer));
    Router::new().merge(v1).route("/healthz", get(async || "ok")).route("/readyz", get(ready))
}

/// Refuses secrets in URLs before anything else, and turns errors into the envelope.
async fn layer(
    State(state): State<AppState>,
    Extension(id): Extension<RequestId>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = if secret::url_contains_secret(&request.uri().to_string()) {
        ApiError::secret_in_url().into_response()
    } else {
        let in_time = tokio::time::timeout(LONGEST, next.run(request)).await;
        in_time.unwrap_or_else(|_| ApiError::too_slow().into_response())
    };
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = error.respond(state.config.public_url.origin(), id);
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn not_found(OriginalUri(uri): OriginalUri) -> ApiError {
    ApiError::not_found(&format!(
        "There is no {} here. Check the path against the API reference.",
        path_for_message(&uri)
    ))
}

async fn method_not_allowed(method: Method, OriginalUri(uri): OriginalUri) -> ApiError {
    ApiError::method_not_allowed(&method, path_for_message(&uri))
}

/// The path to name in a message, unless it is very long.
fn path_for_message(uri: &http::Uri) -> &str {
    if uri.path().len() <= 200 { uri.path() } else { "such path" }
}

async fn ready(State(state): State<AppState>) -> Response {
    let answered = tokio::time::timeout(LONGEST_PING, store::ping(&state.db)).await;
    match answered {
        Ok(Ok(())) => "ok".into_response(),
        outcome => {
            tracing::warn!(?outcome, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached").into_response()
        }
    }
}
