//! The HTTP API that keys open, one file for each call, and the gateway to the API behind it.
//!
//! A request is matched to an operation of the catalogue, its key is verified, the role is checked; then we answer
//! it, or the upstream does. Its row is in the request log before its answer is out.

mod audit_events;
mod authorize;
mod body;
mod call;
mod error;
pub mod gateway;
mod idempotency;
mod keys;
mod openapi;
mod own;
mod probes;
mod query;
mod request_logs;
mod roles;
mod whoami;
mod wire;

pub use probes::probes;

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use futures_util::FutureExt;
use http::{Method, header};

use crate::domain::catalogue::{Found, Params};
use crate::domain::id::RequestId;
use crate::domain::operation::{AnsweredBy, Own};
use crate::domain::request_path;
use crate::http::client_ip::client_ip;
use crate::request_log::Entry;
use crate::state::AppState;
use crate::store;
use call::Call;
use error::ApiError;

/// Longest time that one of our own answers may take.
const LONGEST: Duration = Duration::from_secs(30);

/// Whether a path is the API's.
pub fn is_for_us(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/")
}

/// Answers everything under /v1.
pub async fn answer(state: &AppState, id: RequestId, request: Request) -> Response {
    let socket = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let ip = client_ip(socket, request.headers(), &state.config.trusted_proxies);
    let mut entry = Entry::begin(&state.log, id, ip, &request);
    let origin = state.config.public_url.origin();
    let is_head = request.method() == Method::HEAD;
    let changes_something = !request.method().is_safe();
    // The panic itself is logged by the panic hook.
    let answered = AssertUnwindSafe(respond(state, &mut entry, request)).catch_unwind().await;
    let response = match answered.unwrap_or_else(|_| Err(ApiError::panicked())) {
        Ok(response) => response,
        Err(error) => {
            entry.failed(error.code(), error.for_log());
            error.respond(origin, id)
        }
    };
    let response = match entry.commit_with(response).await {
        Ok(response) => response,
        Err(_) => ApiError::unlogged(changes_something).respond(origin, id),
    };
    if is_head { without_body(response) } else { response }
}

/// The answer to HEAD tells the length of what GET would bring.
fn without_body(mut response: Response) -> Response {
    if let Some(length) = response.body().size_hint().exact() {
        response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    response.map(|_| Body::empty())
}

async fn respond(state: &AppState, entry: &mut Entry, request: Request) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    if !entry.url_is_clean() {
        return Err(ApiError::secret_in_url());
    }
    let path = request_path::decode(parts.uri.path()).unwrap_or_default();
    let (operation, params) = match state.config.catalogue.find(&parts.method, &path) {
        Found::Operation(operation, params) => (operation, params),
        Found::WrongMethod(allowed) => {
            authorize::identify(state, &parts, entry).await;
            return Err(ApiError::method_not_allowed(&parts.method, &parts.uri, &allowed));
        }
        Found::Unknown => {
            authorize::identify(state, &parts, entry).await;
            return Err(ApiError::unknown_path(&parts.uri));
        }
    };
    entry.matched(operation);
    let rotates = operation.answered_by == AnsweredBy::Us(Own::RotateKey);
    // Before anything is waited for.
    let heard = if rotates { state.secrets.revision() } else { None };
    // What cannot be logged is not let through.
    let changes_nothing = operation.method.is_safe() && operation.answered_by != AnsweredBy::Upstream;
    if entry.log_is_failing() && !changes_nothing {
        return Err(ApiError::unlogged(false));
    }
    if operation.answered_by == AnsweredBy::Us(Own::OpenApi) {
        return Ok(openapi::answer(state));
    }
    let caller = authorize::authorize(state, &parts, operation, entry).await?;
    if rotates {
        note_rotation(state, entry, &params, heard).await?;
    }
    match operation.answered_by {
        AnsweredBy::Us(own) => {
            let answer = async {
                let body = body::read(body).await?;
                own::answer(own, Call::new(state, entry, caller, params, parts, body)).await
            };
            // Boxed: the largest of our calls would make every request as large, those for the upstream too.
            let in_time = Box::pin(tokio::time::timeout(LONGEST, answer)).await;
            in_time.unwrap_or_else(|_| Err(ApiError::too_slow(!operation.method.is_safe())))
        }
        AnsweredBy::Upstream => gateway::forward(state, entry, &caller, &path, parts, body).await,
    }
}

/// From here until its answer is handed over nobody else can know of the secret that a rotation makes. `heard` is the
/// last change that this copy of the server went by when the request came.
async fn note_rotation(
    state: &AppState,
    entry: &mut Entry,
    params: &Params,
    heard: Option<i64>,
) -> Result<(), ApiError> {
    let key = params.iter().find(|(name, _)| name == "id").and_then(|(_, id)| id.parse().ok());
    // One that is malformed is found out where it is answered.
    let Some(key) = key else { return Ok(()) };
    let heard = match heard {
        Some(heard) => heard,
        None => store::replicas::revision(&state.db).await?,
    };
    entry.rotates(state.rotations.begin(key, heard));
    Ok(())
}
