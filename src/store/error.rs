//! Why the database did not answer.

use super::trouble;

/// What a query can end with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached, or is going away. Trying again later may help.
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    /// It went away while a change was being committed: nobody can tell whether it was made.
    #[error("the database went away during a commit")]
    Unsure(#[source] sqlx::Error),
    /// It refused the query. Trying again will not help.
    #[error("the database refused a query")]
    Query(#[source] sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if breaks_connection(&error) {
            trouble::note();
        }
        if is_unavailable(&error) { Self::Unavailable(error) } else { Self::Query(error) }
    }
}

impl Error {
    /// Whether it is about the values: they break a constraint, or no column or index takes them.
    pub fn is_about_values(&self) -> bool {
        let Self::Query(error) = self else { return false };
        is_of_class(error, &["22", "23", "54"])
    }

    /// Whether a commit that ended so was made cannot be told where the database went away.
    pub(super) fn of_commit(error: sqlx::Error) -> Self {
        match Self::from(error) {
            Self::Unavailable(error) => Self::Unsure(error),
            error => error,
        }
    }

    /// A query took longer than whoever asks can wait: its connection may have died without a sign, and others too.
    pub fn too_slow() -> Self {
        trouble::note();
        Self::Unavailable(sqlx::Error::PoolTimedOut)
    }
}

/// Whether trying again later may help.
pub(super) fn is_unavailable(error: &sqlx::Error) -> bool {
    // Too many connections, a lock not had in time, a statement that took too long.
    breaks_connection(error)
        || matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
        || is_of_class(error, &["53", "55P03", "57014"])
}

/// Whether the connection is of no use any more, and others of its age may not be either: it is lost, the database is
/// going down, or can be read only, as one that another has taken over from.
pub(super) fn breaks_connection(error: &sqlx::Error) -> bool {
    use sqlx::Error::{Io, Protocol, Tls, WorkerCrashed};
    matches!(error, Io(_) | Tls(_) | Protocol(_) | WorkerCrashed)
        // Idle for too long in a transaction (25P03): the server has closed it.
        || is_of_class(error, &["08", "57P", "25006", "25P03"])
}

/// PostgreSQL's manual, "PostgreSQL Error Codes".
fn is_of_class(error: &sqlx::Error, classes: &[&str]) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| classes.iter().any(|class| code.starts_with(class)))
}

/// The name of the constraint that a query broke.
pub(super) fn broken_constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|error| error.constraint())
}
