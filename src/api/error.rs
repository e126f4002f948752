//! Errors of the API: one envelope, fixed sentences, the right challenge.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderValue, Method, header};
use serde_json::json;

use super::ErrorCode;
use crate::domain::id::RequestId;
use crate::domain::permission::Permission;
use crate::store;
use crate::verify::Refusal;

const INTERNAL: &str = "The server made a mistake. Tell support the X-Request-Id of this response.";

/// An answer that is not what was asked for. The layer of the API writes it out.
#[derive(Clone, Debug)]
pub struct ApiError {
    code: ErrorCode,
    message: String,
    /// The parameter to blame.
    param: Option<String>,
    challenge: Option<Challenge>,
    /// What the log says of the cause.
    cause: Option<String>,
}

/// What `WWW-Authenticate` says (RFC 6750, 3).
#[derive(Clone, Debug)]
enum Challenge {
    /// No credentials came: only how to send them.
    Bare,
    InvalidToken,
    InvalidRequest,
    InsufficientScope(Permission),
}

impl ApiError {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), param: None, challenge: None, cause: None }
    }

    fn challenging(mut self, challenge: Challenge) -> Self {
        self.challenge = Some(challenge);
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
            Refusal::Lacks(permission) => {
                let message = format!(
                    "This key's role lacks the permission {permission}. Ask an admin for a role that has it."
                );
                Self::new(ErrorCode::InsufficientPermissions, message)
                    .challenging(Challenge::InsufficientScope(permission))
            }
        }
    }

    fn unknown_secret(cause: Option<&str>) -> Self {
        let message = "This secret key opens nothing: it was rotated out, its key was deleted, or it never existed. \
                       Use the key's current secret.";
        let mut error =
            Self::new(ErrorCode::InvalidCredentials, message).challenging(Challenge::InvalidToken);
        error.cause = cause.map(str::to_owned);
        error
    }

    pub fn not_found(message: &str) -> Self {
        Self::new(ErrorCode::ResourceNotFound, message)
    }

    pub fn method_not_allowed(method: &Method, path: &str) -> Self {
        let message = format!("{path} does not take {method}. The header Allow lists what it takes.");
        Self::new(ErrorCode::MethodNotAllowed, message)
    }

    pub fn invalid_parameter(param: &str, message: impl Into<String>) -> Self {
        Self { param: Some(param.to_owned()), ..Self::new(ErrorCode::ParameterInvalid, message) }
    }

    pub fn unknown_parameter(param: &str) -> Self {
        let message = "This call does not know the parameter named in param. Remove it or mend its spelling.";
        // A name that is very long helps nobody.
        let param = param.chars().take(100).collect();
        Self { param: Some(param), ..Self::new(ErrorCode::ParameterUnknown, message) }
    }

    pub fn too_slow() -> Self {
        let message = "The server took too long over this. Look at what has changed before you try again.";
        Self::new(ErrorCode::ServiceUnavailable, message)
    }

    /// The panic itself is logged by the panic hook.
    pub fn panicked() -> Self {
        Self::new(ErrorCode::InternalError, INTERNAL)
    }

    /// The envelope. `origin` is the server's public URL, for the link to the code's documentation.
    pub fn respond(self, origin: &str, request: RequestId) -> Response {
        let code = self.code.slug();
        if self.code.status().is_server_error() {
            tracing::error!(%request, code, cause = self.cause, "API call failed");
        } else if let Some(cause) = self.cause {
            tracing::info!(%request, code, cause, "API call refused");
        }
        let body = json!({"error": {
            "code": code,
            "type": self.code.kind(),
            "message": self.message,
            "param": self.param,
            "doc_url": format!("{origin}/docs/errors#{}", code.replace('_', "-")),
            "is_transient": self.code.is_transient(),
            "quota": null,
            "request_log_url": null,
        }});
        let mut response = (self.code.status(), Json(body)).into_response();
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge.as_ref().and_then(challenge_header) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if self.code.is_transient() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// A permission holds letters, digits, `_` and `:` only, so nothing needs quoting.
fn challenge_header(challenge: &Challenge) -> Option<HeaderValue> {
    const REALM: &str = r#"Bearer realm="augno""#;
    let value = match challenge {
        Challenge::Bare => REALM.to_owned(),
        Challenge::InvalidToken => format!(r#"{REALM}, error="invalid_token""#),
        Challenge::InvalidRequest => format!(r#"{REALM}, error="invalid_request""#),
        Challenge::InsufficientScope(permission) => {
            format!(r#"{REALM}, error="insufficient_scope", scope="{permission}""#)
        }
    };
    HeaderValue::from_str(&value).ok()
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        let source = std::error::Error::source(&error).map(ToString::to_string);
        let mut api = match error {
            store::Error::Unavailable(_) | store::Error::Unsure(_) => {
                let message = "The server cannot check keys right now. Try again in a moment.";
                Self::new(ErrorCode::ServiceUnavailable, message)
            }
            store::Error::Query(_) => Self::new(ErrorCode::InternalError, INTERNAL),
        };
        api.cause = source;
        api
    }
}

impl IntoResponse for ApiError {
    /// The layer of the API knows the request's id and the server's address, and writes the body.
    fn into_response(self) -> Response {
        (self.code.status(), Extension(self)).into_response()
    }
}
