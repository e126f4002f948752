//! Every request gets an id; its response carries it, and so does everything logged about it.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use tracing::Instrument;
use uuid::Uuid;

use crate::domain::id::RequestId;

/// Gives the request its id, logs one line when it is answered, and adds `X-Request-Id`. A request to the API has its
/// row in the request log instead of a line. An id that the caller sent is not used. The query is not logged: people
/// paste secrets there.
pub async fn layer(mut request: Request, next: Next) -> Response {
    let id = RequestId::from_uuid(Uuid::now_v7());
    request.extensions_mut().insert(id);
    let mut response = if crate::api::is_for_us(request.uri().path()) {
        next.run(request).await
    } else {
        logged(id, request, next).await
    };
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

async fn logged(id: RequestId, request: Request, next: Next) -> Response {
    let span = tracing::info_span!("request", %id, method = %request.method(), path = loggable(request.uri().path()));
    let start = std::time::Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let latency_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), latency_us, "answered"));
    response
}

/// The path, unless somebody put a secret into it.
fn loggable(path: &str) -> &str {
    if crate::domain::secret::url_contains_secret(path) { "[contains a secret]" } else { path }
}
