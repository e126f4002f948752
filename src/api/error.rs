//! Errors of the API: one envelope, fixed sentences, the right challenge.

use std::time::Instant;

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderValue, Method, StatusCode, Uri, header};
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::error_code::ErrorCode;
use crate::domain::id::RequestId;
use crate::domain::log;
use crate::domain::permission::Permission;
use crate::paced::Paced;
use crate::request_log::Whole;
use crate::store;
use crate::upstream;
use crate::verify::Refusal;

const INTERNAL: &str = "The server made a mistake. Tell support the X-Request-Id of this response.";

/// Calls that fail for want of a database.
static OUTAGES: Paced = Paced::new();

/// Longest path that a message names, in characters.
const LONGEST_PATH: usize = 200;

/// An answer that is not what was asked for.
#[derive(Clone, Debug)]
pub struct ApiError {
    code: ErrorCode,
    message: String,
    more: Box<More>,
}

/// What few errors have.
#[derive(Clone, Debug, Default)]
struct More {
    /// Where the code's own status or type does not fit.
    status: Option<StatusCode>,
    kind: Option<&'static str>,
    /// The methods that the path takes.
    allow: Vec<Method>,
    /// The parameter to blame.
    param: Option<String>,
    challenge: Option<Challenge>,
    /// Whether another try may do what was done already.
    not_to_be_repeated: bool,
    /// What the log says of the cause.
    cause: Option<String>,
}

/// The body of every error.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `respond` writes")]
pub struct ErrorEnvelope {
    error: ErrorBody,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `respond` writes")]
pub struct ErrorBody {
    /// Machine-readable; `doc_url` explains it.
    code: String,
    /// `api_error`, `idempotency_error` or `invalid_request_error`.
    r#type: String,
    /// What happened and what to do.
    message: String,
    /// The parameter or field to blame.
    #[schema(required)]
    param: Option<String>,
    #[schema(required)]
    doc_url: Option<String>,
    /// Whether the same request may succeed later.
    is_transient: bool,
    #[schema(required)]
    quota: Option<serde_json::Value>,
    #[schema(required)]
    request_log_url: Option<String>,
}

/// What `WWW-Authenticate` says (RFC 6750, 3).
#[derive(Clone, Debug)]
enum Challenge {
    /// No credentials came: only how to send them.
    Bare,
    InvalidToken,
    InvalidRequest,
    InsufficientScope(Vec<Permission>),
}

impl ApiError {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), more: Box::default() }
    }

    fn challenging(mut self, challenge: Challenge) -> Self {
        self.more.challenge = Some(challenge);
        self
    }

    fn blaming(mut self, param: &str) -> Self {
        self.more.param = Some(log::text(param));
        self
    }

    /// Tells clients that try again by themselves not to: it would do harm, or cannot help.
    fn not_to_be_repeated(mut self) -> Self {
        self.more.not_to_be_repeated = true;
        self
    }

    fn because(mut self, cause: Option<String>) -> Self {
        self.more.cause = cause;
        self
    }

    pub fn no_credentials() -> Self {
        let message = "Send a secret key in the header Authorization: Bearer <secret key>.";
        Self::new(ErrorCode::InvalidCredentials, message).challenging(Challenge::Bare)
    }

    pub fn malformed_credentials() -> Self {
        let message = "That is not a secret key. A secret key begins with aug_sk_prod_ or aug_sk_test_ and is 85 \
                       characters long; send all of it in the header Authorization: Bearer <secret key>.";
        Self::new(ErrorCode::InvalidCredentials, message).challenging(Challenge::InvalidToken)
    }

    pub fn many_credentials() -> Self {
        let message = "Send exactly one Authorization header.";
        Self::new(ErrorCode::ValidationFailed, message).challenging(Challenge::InvalidRequest)
    }

    pub fn secret_in_url() -> Self {
        let message = "Never put a secret key in a URL: URLs end up in logs. Send it in the Authorization header, and \
                       rotate this key.";
        Self::new(ErrorCode::ValidationFailed, message).challenging(Challenge::InvalidRequest)
    }

    pub fn refused(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown => Self::unknown_secret(None),
            Refusal::RotatedOut => Self::unknown_secret(Some("the secret was replaced by a rotation")),
            Refusal::Revoked => {
                let message = "This key was revoked. Ask an admin for another key.";
                Self::new(ErrorCode::ApiKeyRevoked, message).challenging(Challenge::InvalidToken)
            }
            Refusal::Expired => {
                let message = "This key has expired. Ask an admin to rotate it with another expiration.";
                Self::new(ErrorCode::ApiKeyExpired, message).challenging(Challenge::InvalidToken)
            }
            Refusal::Lacks(permissions) => {
                let names: Vec<String> = permissions.iter().map(ToString::to_string).collect();
                let message = format!(
                    "This key's role lacks the permission {}. Ask an admin for a role that has it.",
                    names.join(" and ")
                );
                Self::new(ErrorCode::InsufficientPermissions, message)
                    .challenging(Challenge::InsufficientScope(permissions))
            }
        }
    }

    fn unknown_secret(cause: Option<&str>) -> Self {
        let message = "This secret key opens nothing: it was rotated out, its key was deleted, or it never existed. \
                       Use the key's current secret.";
        let error = Self::new(ErrorCode::InvalidCredentials, message).challenging(Challenge::InvalidToken);
        error.because(cause.map(str::to_owned))
    }

    pub fn unknown_path(uri: &Uri) -> Self {
        let path = path_for_message(uri);
        let message = format!("There is no {path} here. Check the path against the API reference.");
        Self::new(ErrorCode::ResourceNotFound, message)
    }

    /// The same for an object that never was, that is gone, and that belongs to another account.
    pub fn no_such_object() -> Self {
        let message = "There is nothing with this id in your account. Check the id.";
        Self::new(ErrorCode::ResourceNotFound, message)
    }

    pub fn method_not_allowed(method: &Method, uri: &Uri, allowed: &[Method]) -> Self {
        let path = path_for_message(uri);
        let message = format!("{path} does not take {method}. The header Allow lists what it takes.");
        let mut error = Self::new(ErrorCode::MethodNotAllowed, message);
        error.more.allow = allowed.to_vec();
        error
    }

    pub fn no_upgrade() -> Self {
        let message = "WebSocket connections are not passed on. Send a plain request.";
        Self::new(ErrorCode::ValidationFailed, message)
    }

    pub fn missing_field(param: &str) -> Self {
        let message = format!("Send the field {param}.");
        Self::new(ErrorCode::MissingField, message).blaming(param)
    }

    pub fn invalid_format(param: &str, message: &str) -> Self {
        Self::new(ErrorCode::InvalidFormat, message).blaming(param)
    }

    /// `at` is the line and the column of the mistake, when it is no JSON at all.
    pub fn no_json_object(at: Option<(usize, usize)>) -> Self {
        let message = match at {
            Some((line, column)) => {
                format!("The body is not JSON: there is a mistake at line {line}, column {column}.")
            }
            None => "The body has to be a JSON object.".to_owned(),
        };
        Self::new(ErrorCode::ValidationFailed, message)
    }

    pub fn body_too_large() -> Self {
        let message = "The body is larger than 64 kB. Send less.";
        let mut error = Self::new(ErrorCode::ValidationFailed, message);
        error.more.status = Some(StatusCode::PAYLOAD_TOO_LARGE);
        error
    }

    pub fn body_broken() -> Self {
        Self::new(ErrorCode::ValidationFailed, "The body ended early. Send the request again.")
    }

    pub fn exists(param: &str, message: &str) -> Self {
        Self::new(ErrorCode::ResourceExists, message).blaming(param)
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ResourceConflict, message)
    }

    pub fn repeated(message: &str) -> Self {
        let mut error = Self::new(ErrorCode::ResourceConflict, message).blaming("Idempotency-Key");
        error.more.kind = Some("idempotency_error");
        error
    }

    /// Nothing is let through that the log does not hold.
    pub fn unlogged(may_have_changed: bool) -> Self {
        if may_have_changed {
            let message = "The server cannot write its request log, so it answers nothing. What you asked for may have \
                           been done: look at what has changed before you try again.";
            return Self::new(ErrorCode::ServiceUnavailable, message).not_to_be_repeated();
        }
        let message =
            "The server cannot write its request log, so it answers nothing. Try again in a moment.";
        Self::new(ErrorCode::ServiceUnavailable, message)
    }

    pub fn invalid_parameter(param: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ParameterInvalid, message).blaming(param)
    }

    pub fn unknown_parameter(param: &str) -> Self {
        let message = "This call does not know the parameter named in param. Remove it or mend its spelling.";
        // A name that is very long helps nobody.
        let param: String = param.chars().take(100).collect();
        Self::new(ErrorCode::ParameterUnknown, message).blaming(&param)
    }

    pub fn too_slow(may_have_changed: bool) -> Self {
        if may_have_changed {
            let message = "The server took too long over this. What you asked for may have been done: look at what has \
                           changed before you try again.";
            return Self::new(ErrorCode::ServiceUnavailable, message).not_to_be_repeated();
        }
        let message = "The server took too long over this. Try again in a moment.";
        Self::new(ErrorCode::ServiceUnavailable, message)
    }

    /// The panic itself is logged by the panic hook.
    pub fn panicked() -> Self {
        Self::new(ErrorCode::InternalError, INTERNAL).not_to_be_repeated()
    }

    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What the log says: the cause where it knows more than the caller is told.
    pub fn for_log(&self) -> &str {
        self.more.cause.as_deref().filter(|_| !self.status().is_server_error()).unwrap_or(&self.message)
    }

    fn status(&self) -> StatusCode {
        self.more.status.unwrap_or_else(|| self.code.status())
    }

    /// The envelope. `origin` is the server's public URL, for the link to the code's documentation.
    pub fn respond(self, origin: &str, request: RequestId) -> Response {
        let code = self.code.slug();
        let section = code.replace('_', "-");
        let status = self.status();
        if self.code == ErrorCode::ServiceUnavailable && !self.more.not_to_be_repeated {
            // All for one reason, as long as it lasts. What may have been done is told of each time.
            if let Some(others) = OUTAGES.due(Instant::now()) {
                tracing::error!(%request, code, cause = self.more.cause, others, "API calls failed");
            }
        } else if status.is_server_error() {
            tracing::error!(%request, code, cause = self.more.cause, "API call failed");
        } else if let Some(cause) = &self.more.cause {
            tracing::info!(%request, code, cause, "API call refused");
        }
        let body = Json(json!({"error": {
            "code": code,
            "type": self.more.kind.unwrap_or_else(|| self.code.kind()),
            "message": self.message,
            "param": self.more.param,
            "doc_url": format!("{origin}/docs/errors#{section}"),
            "is_transient": self.code.is_transient(),
            "quota": null,
            "request_log_url": null,
        }}));
        let mut response = (status, Extension(Whole), body).into_response();
        let headers = response.headers_mut();
        let challenge = self.more.challenge.as_ref().and_then(challenge_header);
        headers.extend(challenge.map(|challenge| (header::WWW_AUTHENTICATE, challenge)));
        if self.code.is_transient() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.more.not_to_be_repeated || status == StatusCode::CONFLICT {
            headers.insert("x-should-retry", HeaderValue::from_static("false"));
        }
        if !self.more.allow.is_empty() {
            let allow: Vec<&str> = self.more.allow.iter().map(Method::as_str).collect();
            headers.extend(HeaderValue::from_str(&allow.join(", ")).map(|allow| (header::ALLOW, allow)));
        }
        response
    }
}

/// The path to name in a message, unless it is very long.
fn path_for_message(uri: &Uri) -> &str {
    if uri.path().len() <= LONGEST_PATH { uri.path() } else { "such path" }
}

/// A permission holds letters, digits, `_` and `:` only, so nothing needs quoting.
fn challenge_header(challenge: &Challenge) -> Option<HeaderValue> {
    const REALM: &str = r#"Bearer realm="augno""#;
    let value = match challenge {
        Challenge::Bare => REALM.to_owned(),
        Challenge::InvalidToken => format!(r#"{REALM}, error="invalid_token""#),
        Challenge::InvalidRequest => format!(r#"{REALM}, error="invalid_request""#),
        Challenge::InsufficientScope(permissions) => {
            let scope: Vec<String> = permissions.iter().map(ToString::to_string).collect();
            format!(r#"{REALM}, error="insufficient_scope", scope="{}""#, scope.join(" "))
        }
    };
    HeaderValue::from_str(&value).ok()
}

impl From<&store::Error> for ApiError {
    fn from(error: &store::Error) -> Self {
        let cause = std::error::Error::source(error).map(ToString::to_string);
        let api = match error {
            store::Error::Unavailable(_) => {
                let message =
                    "The server cannot reach its database, so it lets nobody in. Try again in a moment.";
                Self::new(ErrorCode::ServiceUnavailable, message)
            }
            store::Error::Unsure(_) => {
                let message = "The database went away while this was being saved. It may have been done: look at what \
                               has changed before you try again.";
                Self::new(ErrorCode::ServiceUnavailable, message).not_to_be_repeated()
            }
            store::Error::Query(_) => Self::new(ErrorCode::InternalError, INTERNAL),
        };
        api.because(cause)
    }
}

impl From<upstream::Failure> for ApiError {
    fn from(failure: upstream::Failure) -> Self {
        match failure {
            upstream::Failure::Away(cause) => {
                let message = "The API behind this server cannot be reached. Try again in a moment.";
                Self::new(ErrorCode::ExternalServiceError, message).because(Some(cause))
            }
            upstream::Failure::BrokeOff(cause) => {
                let message =
                    "The API behind this server broke off. Look at what has changed before you try again.";
                Self::new(ErrorCode::ExternalServiceError, message).because(Some(cause))
            }
            upstream::Failure::Slow => {
                let message = "The API behind this server took too long. Look at what has changed before you try again.";
                Self::new(ErrorCode::Timeout, message)
            }
            upstream::Failure::BodyBroken => Self::body_broken(),
        }
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        Self::from(&error)
    }
}
