//! The front door: every request gets its id here, goes to the API or the console, and its answer gets the headers
//! that all answers carry.

use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderValue;
use tower::ServiceExt;
use tracing::Instrument;
use uuid::Uuid;

use crate::api;
use crate::console::routes;
use crate::domain::id::RequestId;
use crate::http::headers;
use crate::state::AppState;

/// The whole server, ready to answer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Front {
    state: AppState,
    console: Router,
}

impl Front {
    pub fn new(state: AppState) -> Self {
        Self { console: routes::console(state.clone()), state }
    }

    /// An id that the caller sent is not used.
    pub async fn answer(&self, mut request: Request) -> Response {
        let id = RequestId::from_uuid(Uuid::now_v7());
        request.extensions_mut().insert(id);
        let is_secure = self.state.config.public_url.is_secure();
        let mut response;
        if api::is_for_us(request.uri().path()) {
            response = api::answer(&self.state, id, request).await;
            headers::complete_api(response.headers_mut(), is_secure);
        } else {
            response = self.answer_console(id, request).await;
            headers::complete_page(response.headers_mut(), is_secure);
        }
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            response.headers_mut().insert("x-request-id", value);
        }
        response
    }

    /// Logs one line when it is answered; a request to the API has its row instead. The query is not logged: people
    /// paste secrets there.
    async fn answer_console(&self, id: RequestId, request: Request) -> Response {
        let span = tracing::info_span!("request", %id, method = %request.method(), path = loggable(request.uri().path()));
        let start = Instant::now();
        let answered = self.console.clone().oneshot(request).instrument(span.clone()).await;
        let response = answered.unwrap_or_else(|never| match never {});
        let latency_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        span.in_scope(|| tracing::info!(status = response.status().as_u16(), latency_us, "answered"));
        response
    }
}

/// The path, unless somebody put a secret into it.
fn loggable(path: &str) -> &str {
    if crate::domain::secret::url_contains_secret(path) { "[contains a secret]" } else { path }
}
