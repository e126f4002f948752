//! Every SQL query, one file for each aggregate. Each query takes the account it is for, but for the few
//! that find out which account is asking.

pub mod accounts;
pub mod audit;
mod change;
pub mod idempotency;
pub mod key_use;
pub mod keys;
pub mod members;
pub mod pages;
pub mod replicas;
pub mod request_log;
pub mod roles;
pub mod sessions;
pub mod setup_link;
pub mod sign_in_attempts;
mod trouble;
pub mod verification;

use std::time::Duration;

pub use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgExecutor, Postgres, Transaction};
use time::OffsetDateTime;

/// Why the database did not answer.
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
        if is_unavailable(&error) {
            trouble::note();
            Self::Unavailable(error)
        } else {
            Self::Query(error)
        }
    }
}

impl Error {
    /// Whether it is about the values: they break a constraint, or no column or index takes them.
    pub fn is_about_values(&self) -> bool {
        let Self::Query(sqlx::Error::Database(error)) = self else { return false };
        error.code().is_some_and(|code| ["22", "23", "54"].iter().any(|class| code.starts_with(class)))
    }

    /// A query took longer than whoever asks can wait.
    pub fn too_slow() -> Self {
        Self::from(sqlx::Error::PoolTimedOut)
    }
}

/// Commits, or says that nobody can tell whether it was committed.
async fn commit(tx: Transaction<'_, Postgres>) -> Result<(), Error> {
    tx.commit()
        .await
        .map_err(|error| if is_unavailable(&error) { Error::Unsure(error) } else { Error::Query(error) })
}

fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        // Connection trouble, too many connections, going down, a lock not had in time, read only.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            ["08", "53", "57P", "55P03", "25006"].iter().any(|kind| code.starts_with(kind))
        }),
        _ => false,
    }
}

/// A text as a pattern of `like` that matches just it.
fn like_literal(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}

/// The name of the constraint that a query broke.
fn broken_constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|error| error.constraint())
}

/// Why the server cannot work with this database.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("DATABASE_URL is not a PostgreSQL address. It looks like postgres://user@host/database.")]
    BadUrl,
    #[error("The database cannot be reached: {0}. Check DATABASE_URL and that PostgreSQL runs.")]
    Unreachable(#[source] sqlx::Error),
    #[error(
        "The database was set up by another or newer version of this program (migration {0}). Run that version, or use another database."
    )]
    UnknownSchema(i64),
    #[error("The database could not be set up.")]
    Migration(#[source] sqlx::migrate::MigrateError),
}

/// Nothing waits for another's lock for long, nothing keeps one, and no query goes on when nobody waits any more.
/// Compiling a plan takes a hundred times as long as our queries do: the planner takes a list of ninety days for work.
const SETTINGS: [(&str, &str); 4] = [
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("statement_timeout", "30s"),
    ("jit", "off"),
];

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Connections to one database.
#[derive(Clone, Debug)]
pub struct Pools {
    /// For whoever asks.
    pub requests: PgPool,
    /// For what every request waits for, the look-ups of secrets and the request log: never behind a long list.
    pub workers: PgPool,
}

impl Pools {
    pub async fn close(&self) {
        tokio::join!(self.requests.close(), self.workers.close());
    }
}

/// Connects and brings the schema up to date. An advisory lock keeps two servers from doing so at once.
pub async fn open(url: &str) -> Result<Pools, OpenError> {
    // The parser takes any scheme.
    let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let options: Option<PgConnectOptions> = url.parse().ok().filter(|_| is_postgres);
    let options = options.ok_or(OpenError::BadUrl)?.application_name("augno-api-keys");
    // Without these settings: a migration may take its time.
    let mut connection = PgConnection::connect_with(&options).await.map_err(OpenError::Unreachable)?;
    migrate(&mut connection).await?;
    let _ = connection.close().await;
    let options = options.options(SETTINGS);
    let requests = pool(16).connect_with(options.clone()).await.map_err(OpenError::Unreachable)?;
    let workers = pool(4).connect_with(options).await.map_err(OpenError::Unreachable)?;
    Ok(Pools { requests, workers })
}

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(3))
        // A page makes several queries; asking before each whether a connection that just answered still does
        // would double them. One that has been idle since the database was away is asked all the same.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                let is_suspect = trouble::since().is_some_and(|since| about.idle_for >= since);
                if is_suspect || about.idle_for > Duration::from_secs(1) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

async fn migrate(connection: &mut PgConnection) -> Result<(), OpenError> {
    use sqlx::migrate::MigrateError;
    MIGRATIONS.run(connection).await.map_err(|error| match error {
        MigrateError::VersionMissing(version)
        | MigrateError::VersionMismatch(version)
        | MigrateError::VersionTooNew(version, _) => OpenError::UnknownSchema(version),
        MigrateError::Execute(error) if is_unavailable(&error) => OpenError::Unreachable(error),
        error => OpenError::Migration(error),
    })
}

/// Whether the database answers.
pub async fn ping(db: &PgPool) -> Result<(), Error> {
    sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(db).await?;
    Ok(())
}

/// The database's clock.
pub async fn now(db: impl PgExecutor<'_>) -> Result<OffsetDateTime, Error> {
    Ok(sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(db).await?)
}
