//! An upstream of the tests' own: it says what it was asked.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use http::{StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};

/// What the upstream's operations are, but for those that a test adds.
pub const DESCRIPTION: &str = "
openapi: 3.1.0
info: {title: upstream, version: '1'}
paths:
  /v1/sales/customers:
    get: {responses: {'200': {description: all}}}
    post: {responses: {'201': {description: made}}}
  /v1/sales/customers/{id}:
    get: {responses: {'200': {description: one}}}
    delete: {responses: {'204': {description: gone}}}
  /v1/sales/customers/{id}/actions/merge:
    post: {responses: {'200': {description: merged}}}
  /v1/files/{name}:
    get: {x-permissions: [files:read, customers:read], responses: {'200': {description: a file}}}
    put: {x-permissions: [], responses: {'200': {description: kept}}}
  /v1/auth/api-keys/{key}:
    get: {responses: {'200': {description: ours}}}
    put: {responses: {'200': {description: ours}}}
";

/// A server on a port of its own.
#[derive(Clone, Debug)]
pub struct TestUpstream {
    pub address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl TestUpstream {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<AtomicUsize> = Arc::default();
        let counter = asked.clone();
        let router = Router::new().fallback(move |request| {
            counter.fetch_add(1, Ordering::SeqCst);
            answer(request)
        });
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, asked }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests have come.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// The last segment of the path says how to answer; else the answer tells what was asked.
async fn answer(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let how = parts.uri.path().rsplit('/').next().unwrap_or_default();
    match how {
        "no-content" => StatusCode::NO_CONTENT.into_response(),
        "not-modified" => (StatusCode::NOT_MODIFIED, [(header::ETAG, "\"1\"")]).into_response(),
        "teapot" => (StatusCode::IM_A_TEAPOT, "short and stout").into_response(),
        "slow" => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            StatusCode::OK.into_response()
        }
        "chunked" => Body::from_stream(pieces(3)).into_response(),
        "broken" => Body::from_stream(broken()).into_response(),
        "hostile" => hostile(),
        "long" => {
            let length = 200_000;
            ([(header::CONTENT_LENGTH, length)], Body::from_stream(pieces(length / 1000))).into_response()
        }
        _ => {
            let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
            told(&parts, &bytes).into_response()
        }
    }
}

fn told(parts: &http::request::Parts, body: &Bytes) -> axum::Json<Value> {
    let mut headers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in &parts.headers {
        headers.entry(name.as_str()).or_default().push(value.to_str().unwrap_or("?"));
    }
    axum::Json(json!({
        "method": parts.method.as_str(),
        "path": parts.uri.path(),
        "query": parts.uri.query(),
        "headers": headers,
        "body": String::from_utf8_lossy(body),
    }))
}

/// Headers that would act on the console or the connection.
fn hostile() -> Response {
    [
        ("set-cookie", "augno_session=stolen; Path=/"),
        ("content-security-policy", "script-src *"),
        ("x-request-id", "rq_forged"),
        ("clear-site-data", "\"*\""),
        ("cache-control", "public, max-age=600"),
        ("x-harmless", "kept"),
    ]
    .into_response()
}

/// Pieces of a thousand bytes.
fn pieces(count: usize) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::iter((0..count).map(|_| Ok(Bytes::from(vec![b'x'; 1000]))))
}

/// One piece, and after a while an error.
fn broken() -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    stream::unfold(0, async |piece| match piece {
        0 => Some((Ok(Bytes::from_static(b"half")), 1)),
        _ => {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Some((Err(std::io::Error::other("broken")), 2))
        }
    })
}
