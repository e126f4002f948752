//! One request on its way to its row.

use std::net::IpAddr;
use std::time::Instant;

use axum::body::HttpBody;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Version, header};
use time::OffsetDateTime;

use super::body::LoggedBody;
use super::{RequestLog, Unwritten};
use crate::domain::error_code::ErrorCode;
use crate::domain::id::RequestId;
use crate::domain::known_secret::KnownSecret;
use crate::domain::operation::Operation;
use crate::domain::{log, secret};
use crate::store::request_log::{LogKey, LogRecord};
use crate::verify::UnderWay;

/// What nginx calls it when the client has left before the answer.
const CLIENT_LEFT: i16 = 499;
const CLIENT_LEFT_CODE: &str = "client_closed_request";

/// Gathers a request's row. Dropped without a commit, as when the client has left, it writes the row all the same.
pub struct Entry {
    log: RequestLog,
    begun: Instant,
    id: RequestId,
    ip: Option<IpAddr>,
    url_is_clean: bool,
    version: Version,
    /// Where it is one.
    rotation: Option<UnderWay>,
    /// `None` once handed over.
    row: Option<LogRecord>,
}

impl Entry {
    /// `ip` is the client's address, where it is known.
    pub fn begin(log: &RequestLog, id: RequestId, ip: Option<IpAddr>, request: &Request) -> Self {
        let uri = request.uri();
        let url_is_clean = !secret::url_contains_secret(uri.path())
            && !uri.query().is_some_and(secret::url_contains_secret)
            && !uri.authority().is_some_and(|authority| secret::url_contains_secret(authority.as_str()));
        let occurred_at = time_of(id);
        let row = LogRecord {
            id,
            by: None,
            method: log::text(request.method().as_str()),
            host: host(request),
            // Of a URL that holds a secret nothing is kept.
            path: if url_is_clean { log::text(uri.path()) } else { log::REMOVED.to_owned() },
            route: None,
            query: uri.query().filter(|_| url_is_clean).and_then(log::query),
            status_code: CLIENT_LEFT,
            latency_us: 0,
            client_ip: ip,
            user_agent: header_text(request.headers(), header::USER_AGENT).map(|text| log::text(&text)),
            referrer: header_text(request.headers(), header::REFERER).map(|text| log::referrer(&text)),
            error_code: None,
            error_message: None,
            idempotency_key: header_text(request.headers(), "idempotency-key").map(|text| log::text(&text)),
            occurred_at,
            created_at: occurred_at,
        };
        Self {
            log: log.clone(),
            begun: Instant::now(),
            id,
            ip,
            url_is_clean,
            version: request.version(),
            rotation: None,
            row: Some(row),
        }
    }

    pub fn id(&self) -> RequestId {
        self.id
    }

    /// The client's address.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip
    }

    /// Whether the URL holds no secret.
    pub fn url_is_clean(&self) -> bool {
        self.url_is_clean
    }

    /// Whether the end of an answer without a length is the end of the connection (HTTP/1.0).
    pub fn ends_with_connection(&self) -> bool {
        self.version < Version::HTTP_11
    }

    /// Whether rows cannot be written at present.
    pub fn log_is_failing(&self) -> bool {
        self.log.is_failing()
    }

    pub fn matched(&mut self, operation: &Operation) {
        if let Some(row) = &mut self.row {
            row.route = Some(operation.path.clone());
        }
    }

    /// Notes that it rotates a key. It does until its answer is handed over.
    pub fn rotates(&mut self, rotation: UnderWay) {
        self.rotation = Some(rotation);
    }

    /// Where it is a rotation: the last change that whoever sent it can have known of.
    pub fn seen_revision(&self) -> Option<i64> {
        self.rotation.as_ref().map(|rotation| rotation.seen)
    }

    pub fn identified(&mut self, known: &KnownSecret) {
        if let Some(row) = &mut self.row {
            row.by = Some(LogKey {
                account: known.account,
                key: known.key,
                key_name: known.key_name.clone(),
                redacted: known.mode.redacted(&known.last_four),
                role: known.role,
                role_name: known.role_name.clone(),
            });
        }
    }

    pub fn failed(&mut self, code: ErrorCode, message: &str) {
        if let Some(row) = &mut self.row {
            row.error_code = Some(code.slug().to_owned());
            row.error_message = Some(log::text(message));
        }
    }

    /// The upstream broke off in the middle of its answer.
    pub fn broken(&mut self) {
        self.failed(ErrorCode::ExternalServiceError, "The upstream's answer ended early.");
    }

    /// Commits the row before the answer is out: before its head when all of it is at hand, else before its last
    /// byte.
    pub async fn commit_with(mut self, response: Response) -> Result<Response, Unwritten> {
        let status = response.status();
        self.answered(status);
        let (parts, body) = response.into_parts();
        if body.is_end_stream() || parts.extensions.get::<Whole>().is_some() {
            self.commit().await?;
            return Ok(Response::from_parts(parts, body));
        }
        let body = LoggedBody::begin(self, body, &parts.headers).await?;
        Ok(Response::from_parts(parts, body))
    }

    fn answered(&mut self, status: StatusCode) {
        if let Some(row) = &mut self.row {
            row.status_code = i16::try_from(status.as_u16()).unwrap_or(i16::MAX);
        }
    }

    /// Resolves when the row is committed.
    pub async fn commit(&mut self) -> Result<(), Unwritten> {
        let Some(mut row) = self.row.take() else { return Ok(()) };
        row.latency_us = latency_us(self.begun);
        self.log.write(row).await
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let Some(mut row) = self.row.take() else { return };
        row.latency_us = latency_us(self.begun);
        if row.error_code.is_none() {
            row.error_code = Some(CLIENT_LEFT_CODE.to_owned());
            row.error_message = Some("The client left before the answer was out.".to_owned());
        }
        self.log.write_later(row);
    }
}

/// Marks an answer whose whole body is in memory.
#[derive(Clone, Copy, Debug)]
pub struct Whole;

/// The moment that a request's id holds.
fn time_of(id: RequestId) -> OffsetDateTime {
    let (seconds, nanos) = id.uuid().get_timestamp().map(|time| time.to_unix()).unwrap_or_default();
    let nanos = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
    OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn host(request: &Request) -> String {
    let named = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let named = named.or_else(|| header_text(request.headers(), header::HOST));
    // Whoever puts a user and a password before the host keeps them to themselves.
    let host = named.as_deref().map(|host| host.rsplit('@').next().unwrap_or_default());
    host.map(log::text).unwrap_or_default()
}

fn header_text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn latency_us(begun: Instant) -> i64 {
    i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX)
}
