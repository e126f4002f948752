//! The codes that tell programs what went wrong, a closed list.

use http::StatusCode;

/// A machine-readable code; /docs/errors has a section for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    InvalidCredentials,
    ApiKeyRevoked,
    ApiKeyExpired,
    InsufficientPermissions,
    ValidationFailed,
    MissingField,
    InvalidFormat,
    ParameterInvalid,
    ParameterUnknown,
    ResourceNotFound,
    MethodNotAllowed,
    ResourceExists,
    ResourceConflict,
    ServiceUnavailable,
    ExternalServiceError,
    Timeout,
    InternalError,
}

impl ErrorCode {
    pub const ALL: [Self; 17] = [
        Self::InvalidCredentials,
        Self::ApiKeyRevoked,
        Self::ApiKeyExpired,
        Self::InsufficientPermissions,
        Self::ValidationFailed,
        Self::MissingField,
        Self::InvalidFormat,
        Self::ParameterInvalid,
        Self::ParameterUnknown,
        Self::ResourceNotFound,
        Self::MethodNotAllowed,
        Self::ResourceExists,
        Self::ResourceConflict,
        Self::ServiceUnavailable,
        Self::ExternalServiceError,
        Self::Timeout,
        Self::InternalError,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Self::InvalidCredentials => "invalid_credentials",
            Self::ApiKeyRevoked => "api_key_revoked",
            Self::ApiKeyExpired => "api_key_expired",
            Self::InsufficientPermissions => "insufficient_permissions",
            Self::ValidationFailed => "validation_failed",
            Self::MissingField => "missing_field",
            Self::InvalidFormat => "invalid_format",
            Self::ParameterInvalid => "parameter_invalid",
            Self::ParameterUnknown => "parameter_unknown",
            Self::ResourceNotFound => "resource_not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::ResourceExists => "resource_exists",
            Self::ResourceConflict => "resource_conflict",
            Self::ServiceUnavailable => "service_unavailable",
            Self::ExternalServiceError => "external_service_error",
            Self::Timeout => "timeout",
            Self::InternalError => "internal_error",
        }
    }

    pub fn status(self) -> StatusCode {
        match self {
            Self::InvalidCredentials | Self::ApiKeyRevoked | Self::ApiKeyExpired => StatusCode::UNAUTHORIZED,
            Self::InsufficientPermissions => StatusCode::FORBIDDEN,
            Self::ValidationFailed
            | Self::MissingField
            | Self::InvalidFormat
            | Self::ParameterInvalid
            | Self::ParameterUnknown => StatusCode::BAD_REQUEST,
            Self::ResourceNotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::ResourceExists | Self::ResourceConflict => StatusCode::CONFLICT,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::ExternalServiceError => StatusCode::BAD_GATEWAY,
            Self::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Self::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The envelope's `type`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::ServiceUnavailable | Self::ExternalServiceError | Self::Timeout | Self::InternalError => {
                "api_error"
            }
            _ => "invalid_request_error",
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_transient(self) -> bool {
        matches!(self, Self::ServiceUnavailable | Self::ExternalServiceError | Self::Timeout)
    }

    /// What happened, for /docs/errors.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::InvalidCredentials => {
                "The request carried no secret key, or one that does not open anything."
            }
            Self::ApiKeyRevoked => "The key was revoked by an admin. It never works again.",
            Self::ApiKeyExpired => "The key has passed its expiration.",
            Self::InsufficientPermissions => {
                "The key is good, but its role does not grant what this call needs."
            }
            Self::ValidationFailed => "The request cannot be understood as it stands.",
            Self::MissingField => "The body lacks a field that this call needs.",
            Self::InvalidFormat => "A field of the body is not written as this call reads it.",
            Self::ParameterInvalid => "A parameter has a value that this call does not take.",
            Self::ParameterUnknown => "The request has a parameter that this call does not know.",
            Self::ResourceNotFound => "There is nothing at this path, or not in this account.",
            Self::MethodNotAllowed => "The path exists, but not for this method.",
            Self::ResourceExists => "There is one of this name already.",
            Self::ResourceConflict => "The request does not fit how things stand, or it was sent before.",
            Self::ServiceUnavailable => {
                "The server cannot reach its database or cannot write its request log, so it lets nobody in."
            }
            Self::ExternalServiceError => "The API behind this server cannot be reached.",
            Self::Timeout => "The API behind this server took too long to answer.",
            Self::InternalError => "The server made a mistake.",
        }
    }

    /// What to do next, for /docs/errors.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::InvalidCredentials => {
                "Send the header Authorization: Bearer and the whole secret key, just as it was shown when the key \
                 was created or rotated. If it is lost, rotate the key in account settings."
            }
            Self::ApiKeyRevoked => "Ask an admin for another key.",
            Self::ApiKeyExpired => "Ask an admin to rotate the key with another expiration.",
            Self::InsufficientPermissions => {
                "The message and the scope in WWW-Authenticate name the missing permission. Ask an admin to give the \
                 key a role that has it."
            }
            Self::ValidationFailed => {
                "The message says what to change. Send exactly one Authorization header, and never put a secret key \
                 in a URL: URLs end up in logs. A key that has been in a URL should be rotated."
            }
            Self::MissingField => "The field param names what is missing. Send it.",
            Self::InvalidFormat => "The field param names the field, the message how to write it.",
            Self::ParameterInvalid => "The field param names the parameter, the message what it takes.",
            Self::ParameterUnknown => "The field param names the parameter. Remove it or mend its spelling.",
            Self::ResourceNotFound => "Check the path and the id.",
            Self::MethodNotAllowed => "The header Allow lists the methods that this path takes.",
            Self::ResourceExists => "Choose another name, or use the one that exists.",
            Self::ResourceConflict => {
                "The message says what is in the way. A request with an Idempotency-Key that succeeded before is \
                 never made twice; its secret cannot be shown again."
            }
            Self::ServiceUnavailable | Self::ExternalServiceError => {
                "Try again after the seconds in the header Retry-After."
            }
            Self::Timeout => {
                "Nobody can tell whether the request took effect. Look at what has changed, then try again."
            }
            Self::InternalError => "Try again. If it goes on, tell support the X-Request-Id of the response.",
        }
    }
}
