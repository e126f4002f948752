//! The API behind this server.

use std::pin::pin;
use std::str::FromStr;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use http::{Request, Response, Uri, Version, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::progress::{NoBody, Progress, ProgressBody, SteadyBody};

/// Why there is no answer of the upstream's. The texts are for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It cannot be reached.
    Away(String),
    /// It began, or may have begun, and did not finish.
    BrokeOff(String),
    /// It did not begin its answer in time.
    Slow,
    /// The caller's body ended early.
    BodyBroken,
}

/// Longest time to make a connection.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);
/// How long an idle connection is kept. Servers keep theirs longer, so that it is we who close it.
const IDLE: Duration = Duration::from_secs(20);

/// Where the upstream is: `http://10.0.0.5:8080`, perhaps with a path that its own begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamUrl {
    /// Without a slash at the end.
    base: String,
}

impl FromStr for UpstreamUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            "expected a URL such as http://10.0.0.5:8080, without a user, a query or a fragment".to_owned()
        };
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let scheme =
            uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or_else(wrong)?;
        let authority =
            uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or_else(wrong)?;
        if uri.query().is_some() || text.contains('#') {
            return Err(wrong());
        }
        Ok(Self { base: format!("{scheme}://{authority}{}", uri.path().trim_end_matches('/')) })
    }
}

/// Sends requests to the upstream, over connections that are used again.
#[derive(Clone, Debug)]
pub struct Upstream {
    url: UpstreamUrl,
    client: Client<HttpsConnector<HttpConnector>, ProgressBody>,
    /// Longest wait for the answer to begin, from when the request last moved.
    longest_wait: Duration,
}

impl Upstream {
    /// An error when the system's certificates cannot be read, for a URL that needs them.
    pub fn new(url: UpstreamUrl, longest_wait: Duration) -> std::io::Result<Self> {
        let mut http = HttpConnector::new();
        http.set_connect_timeout(Some(LONGEST_CONNECT));
        http.set_nodelay(true);
        http.enforce_http(false);
        let tls = HttpsConnectorBuilder::new();
        let tls = if url.base.starts_with("https:") {
            tls.with_native_roots()?.https_only()
        } else {
            tls.with_tls_config(without_roots()).https_or_http()
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(tls.enable_http1().wrap_connector(http));
        Ok(Self { url, client, longest_wait })
    }

    /// Where its paths begin: `http://10.0.0.5:8080/api`.
    pub fn base(&self) -> &str {
        &self.url.base
    }

    /// The upstream's address of an encoded path. `None` when it is no URI.
    pub fn uri(&self, path: &str, query: Option<&str>) -> Option<Uri> {
        let (mark, query) = query.map_or(("", ""), |query| ("?", query));
        Uri::try_from([&self.url.base, path, mark, query].concat()).ok()
    }

    /// An answer that tells its length is waited for until its first piece: until then it can still be an error.
    async fn begun(&self, answer: Response<Incoming>) -> Result<Response<Body>, Failure> {
        let (mut parts, mut body) = answer.into_parts();
        // As we speak it: an older version would make the end of the connection the end of the answer.
        parts.version = Version::HTTP_11;
        if parts.headers.contains_key(header::TRANSFER_ENCODING) {
            // It says how long the body is; a length beside it is wrong (RFC 9112, 6.3).
            parts.headers.remove(header::CONTENT_LENGTH);
        }
        if body.is_end_stream() {
            return Ok(Response::from_parts(parts, Body::new(NoBody)));
        }
        if !parts.headers.contains_key(header::CONTENT_LENGTH) {
            return Ok(Response::from_parts(parts, Body::new(body)));
        }
        let first = tokio::time::timeout(self.longest_wait, body.frame()).await;
        let first = match first.map_err(|_| Failure::Slow)? {
            Some(Ok(first)) => first,
            Some(Err(error)) => return Err(Failure::BrokeOff(chain(&error))),
            None => return Ok(Response::from_parts(parts, Body::new(NoBody))),
        };
        let body = Body::new(SteadyBody::new(first, body, self.longest_wait));
        Ok(Response::from_parts(parts, body))
    }

    pub async fn send(&self, request: Request<Body>) -> Result<Response<Body>, Failure> {
        let progress = Progress::begin();
        let request = request.map(|inner| ProgressBody { inner, progress: progress.clone() });
        let mut answer = pin!(self.client.request(request));
        loop {
            let moved = progress.last();
            tokio::select! {
                answer = &mut answer => {
                    let answer = answer.map_err(|error| in_words(&error, &progress))?;
                    return self.begun(answer).await;
                }
                () = tokio::time::sleep_until(moved + self.longest_wait) => {
                    if progress.last() == moved {
                        return Err(Failure::Slow);
                    }
                }
            }
        }
    }
}

/// What kept a request from being answered.
fn in_words(error: &hyper_util::client::legacy::Error, progress: &Progress) -> Failure {
    if progress.has_failed() {
        Failure::BodyBroken
    } else if error.is_connect() {
        Failure::Away(chain(error))
    } else {
        Failure::BrokeOff(chain(error))
    }
}

/// For an upstream that is reached without TLS.
fn without_roots() -> rustls::ClientConfig {
    rustls::ClientConfig::builder()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// An error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_an_origin_and_perhaps_a_path() {
        let url: UpstreamUrl = "http://10.0.0.5:8080/api/".parse().unwrap();
        assert_eq!(url.base, "http://10.0.0.5:8080/api");
        for text in ["", "10.0.0.5", "ftp://x", "http://u:p@x", "http://x/?q", "http://x/#f"] {
            assert!(text.parse::<UpstreamUrl>().is_err(), "{text}");
        }
    }
}
