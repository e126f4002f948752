//! Every error that a person at the console can see.

use std::fmt;

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

/// Why a console call did not do what was asked. The sentences are fixed; causes are in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ConsoleError {
    /// Fields to mend, each with its own sentence.
    #[error("Check the marked fields.")]
    Invalid(Vec<FieldError>),
    /// Somebody or something else came first; the sentence says what and what to do.
    #[error("{0}")]
    Conflict(String),
    /// The same form came before and took effect; the answer, with a secret in it, may be lost.
    #[error("{}", .0.text)]
    SentTwice(SentTwice),
    #[error("This {0} does not exist any more. Someone may have deleted it.")]
    NotFound(Thing),
    #[error("Your session has ended. Sign in again to go on.")]
    SignedOut,
    #[error("Only admins can create and manage API keys.")]
    Forbidden,
    #[error("The database can't be reached right now. Nothing was changed. Try again in a moment.")]
    Unavailable,
    #[error("The database went away while this was being saved. Look at the key before you try again.")]
    Unsure,
    /// The browser got no answer.
    #[error("The connection was lost. Check your network and try again.")]
    Unreachable,
    #[error("Something went wrong on our side. If it happens again, give support this id: {request_id}")]
    Internal { request_id: String },
}

/// What an error can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Thing {
    Key,
    Secret,
    /// A one-time link.
    Link,
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "key",
            Self::Secret => "secret",
            Self::Link => "link",
        })
    }
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form: `name`, `role_id`, `expires_on`, …
    pub field: String,
    /// One sentence that says what to change.
    pub message: String,
}

impl FieldError {
    pub fn new(field: &str, message: impl ToString) -> Self {
        Self { field: field.to_owned(), message: message.to_string() }
    }
}

/// A form that was sent twice, and the secret that the first sending made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentTwice {
    /// What happened and what to do.
    pub text: String,
    /// `apke_…`
    pub key_id: String,
    pub key_name: String,
    /// Names the secret that perhaps nobody has seen.
    pub secret_id: String,
    /// A UUID made for this answer: the way out is taken once.
    pub token: String,
}

impl ConsoleError {
    pub fn invalid(field: &str, message: impl ToString) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// The sentence for one field, when that field is to blame.
    pub fn on_field(&self, field: &str) -> Option<String> {
        let Self::Invalid(errors) = self else { return None };
        errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }

    /// Whether trying once more may help.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable | Self::Unavailable)
    }
}

impl FromServerFnError for ConsoleError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            // The browser's copy of this reads answers; the server's reads input.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => {
                Self::Invalid(Vec::new())
            }
            // What a proxy says in our place cannot be read.
            ServerFnErrorErr::Deserialization(_) => Self::Unreachable,
            _ => Self::Internal { request_id: "none".to_owned() },
        }
    }
}
