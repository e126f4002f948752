//! Every route of the console, and the layers around them. The console takes a cookie, the API a key; no route takes
//! both.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use http::request::Parts;
use http::{StatusCode, header};
use leptos::prelude::provide_context;
use leptos_axum::handle_server_fns_with_context;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;

use super::caller::{Caller, Member};
use super::shell::answer::{self, Pages};
use super::shell::choose;
use super::{authenticate, docs, keys, paths, setup, sign_in};
use crate::api;
use crate::assets;
use crate::sign_in::sessions;
use crate::state::AppState;

/// Longest time an answer of the console may take.
const LONGEST: Duration = Duration::from_secs(30);

/// Largest body of a form or call, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// Everything but the API.
pub fn console(state: AppState) -> Router {
    Router::new()
        .merge(pages(&state))
        .merge(assets::routes())
        .merge(api::probes())
        .fallback(async |pages: Pages| pages.not_found(None))
        .layer(CatchPanicLayer::custom(|_| panicked()))
        .with_state(state)
}

fn pages(state: &AppState) -> Router<AppState> {
    // Behind a proxy that rewrites Host, the public URL is what browsers send as Origin. It has been parsed
    // as an origin already, so it is always taken.
    let csrf = CsrfLayer::new();
    let csrf = csrf.clone().add_trusted_origin(state.config.public_url.origin()).unwrap_or(csrf);
    let csrf = csrf.with_rejection_response(|_| from_another_site());
    Router::new()
        .merge(keys::routes::routes())
        .merge(sign_in::routes::routes())
        .merge(setup::routes::routes())
        .route("/console/{call}", post(call))
        .route("/", get(async || Redirect::to(paths::KEYS)))
        .route(paths::THEME, post(choose::choose_theme))
        .route(paths::SHORTCUTS, post(choose::choose_shortcuts))
        .route("/settings", any(not_found))
        .route("/settings/{*rest}", any(not_found))
        .method_not_allowed_fallback(async |pages: Pages| {
            let text = "This address takes forms only. Nothing was changed.";
            pages.refused(StatusCode::METHOD_NOT_ALLOWED, "Nothing to see here", text)
        })
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        .layer(from_fn(refused_forms))
        .layer(from_fn_with_state(state.clone(), authenticate::layer))
        .layer(sessions::layer(state.db.clone(), &state.config.public_url))
        .layer(from_fn(in_time))
        .layer(csrf)
        .merge(docs::routes::routes())
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(4)))
}

/// The server functions that the browser part calls. Each checks its caller.
async fn call(State(state): State<AppState>, mut parts: Parts, body: Bytes) -> Response {
    // With these, leptos would answer by a redirect to wherever the call came from.
    parts.headers.remove(header::ACCEPT);
    parts.headers.remove(header::REFERER);
    // Read here, because leptos would read a body of any size.
    let request = Request::from_parts(parts, Body::from(body));
    let answer = handle_server_fns_with_context(move || provide_context(state.clone()), request).await;
    answer::with_status(answer.into_response()).await
}

/// A page of the settings that there is not, in the frame of those who may see one.
async fn not_found(pages: Pages, Extension(caller): Extension<Caller>) -> Response {
    pages.not_found(caller.member().ok().as_ref().map(Member::viewer))
}

/// Gives up what takes too long, such as a body that never ends.
async fn in_time(pages: Pages, request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => pages.refused(
            StatusCode::SERVICE_UNAVAILABLE,
            "That took too long",
            "The server gave up after 30 seconds. Look at what you were changing before you try again.",
        ),
    }
}

/// Says so on a page, or to the browser part, when a form is refused before its handler.
async fn refused_forms(pages: Pages, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match response.status() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => pages.refused(
            status,
            "That is too much text",
            "A form may hold at most 64 kB. Nothing was changed. Go back and shorten what you typed.",
        ),
        status @ (StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::BAD_REQUEST
        | StatusCode::UNPROCESSABLE_ENTITY)
            if !is_ours(&response) =>
        {
            pages.refused(
                status,
                "That is not a form",
                "This address takes forms as browsers send them. Nothing was changed.",
            )
        }
        _ => response,
    }
}

/// Whether one of our handlers wrote the answer: they write pages and JSON, the framework plain text.
fn is_ours(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| !kind.starts_with("text/plain"))
}

fn from_another_site() -> Response {
    Pages::default().message(
        StatusCode::FORBIDDEN,
        "This came from another site",
        "Forms are taken from this site's own pages only. Nothing was changed. Open the page here and try again.",
        Some((paths::KEYS, "Go to API keys")),
    )
}

/// The panic itself is logged by the panic hook.
fn panicked() -> Response {
    Pages::default().message(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong",
        "The server made a mistake. Try again; if it goes on, tell support the X-Request-Id of this response.",
        Some((paths::KEYS, "Go to API keys")),
    )
}
